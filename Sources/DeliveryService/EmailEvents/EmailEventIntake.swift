import Contracts
import JSONRPC
import Model
import Tokens

/// Hands the events of the queue `email-events` to Tracking, which knows each by its id.
struct EmailEventIntake: QueueIntake {
    let tracking: any RPCCaller
    let verifier: TokenVerifier

    var queueName: QueueName { .emailEvents }

    func read(body: String, now: Timestamp) throws(InvalidBody) -> IntakeReading<TrackingEvent> {
        .item(try EmailEventMessage.read(body: body, verifier: verifier))
    }

    func run(_ events: [TrackingEvent]) async throws -> [IntakeEnding] {
        _ = try await tracking.call(RecordEvents(events: events))
        return events.map { _ in .done }
    }
}
