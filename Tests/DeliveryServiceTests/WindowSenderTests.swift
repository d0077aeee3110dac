import Contracts
import Model
import Testing

@testable import DeliveryService

@Suite("What a result becomes in the ledger")
struct WindowSenderTests {
    private func outcome(_ result: SendResult, attempt: Int64) -> AttemptOutcome? {
        var claimed = ClaimedRecipients(disposition: .sending, revisionID: RevisionID(1))
        claimed.recipientIDs = [1]
        claimed.attempts = [attempt]
        var report = WindowSender.Report()
        WindowSender.add(result, claimed, 0, to: &report)
        return report.outcomes.first
    }

    @Test("a row that was never offered in time is tried again at once, however often", arguments: [1, 20, 500] as [Int64])
    func tooLate(_ attempt: Int64) {
        let late = outcome(.tooLate, attempt: attempt)
        #expect(late?.kind == .retry && late?.retryAfterSeconds == 1)
    }

    @Test("a row that the provider did not take twenty times is given up, with longer and longer waits before")
    func givenUp() {
        let busy = SendResult.notSent(reason: "busy", hold: .message(seconds: 5))
        #expect(outcome(busy, attempt: 1)?.retryAfterSeconds == 5)
        #expect(outcome(busy, attempt: 3)?.retryAfterSeconds == 20)
        #expect(outcome(busy, attempt: 19)?.retryAfterSeconds == 300)
        #expect(outcome(busy, attempt: 20)?.kind == .failed)
    }
}
