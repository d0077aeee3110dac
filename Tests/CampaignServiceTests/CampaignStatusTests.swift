import Contracts
import Testing

@testable import CampaignService

@Suite("The campaign's state machine")
struct CampaignStatusTests {
    /// Every transition that is allowed; all others are refused.
    static let allowed: [CampaignTransition: [CampaignStatus: CampaignStatus]] = [
        .schedule: [.draft: .scheduled, .scheduled: .scheduled],
        .unschedule: [.scheduled: .draft],
        .start: [.draft: .queued, .scheduled: .queued],
        .beginSnapshot: [.queued: .snapshotting],
        .completeSnapshot: [.snapshotting: .sending],
        .pause: [.queued: .paused, .snapshotting: .paused, .sending: .paused],
        .resumeQueued: [.paused: .queued],
        .resumeSnapshotting: [.paused: .snapshotting],
        .resumeSending: [.paused: .sending],
        .finish: [.sending: .sent],
        .resend: [.sending: .sending, .sent: .sending, .paused: .paused],
        .cancel: [
            .draft: .cancelled, .scheduled: .cancelled, .queued: .cancelled, .snapshotting: .cancelled, .sending: .cancelled,
            .paused: .cancelled,
        ],
        .fail: [.draft: .failed, .scheduled: .failed, .queued: .failed, .snapshotting: .failed, .sending: .failed, .paused: .failed],
    ]

    @Test("each transition leads where the table says and nowhere else", arguments: CampaignTransition.allCases)
    func transitions(_ transition: CampaignTransition) {
        for status in CampaignStatus.allCases { #expect(status.after(transition) == Self.allowed[transition]?[status]) }
    }

    @Test("a campaign that is over can only be resent, and only when it was sent")
    func ends() {
        for status in CampaignStatus.allCases where status.isOver {
            let ways = CampaignTransition.allCases.filter { status.after($0) != nil }
            #expect(ways == (status == .sent ? [.resend] : []))
        }
    }

    @Test("workers may take rows in snapshotting and sending only, and wait only for a paused campaign")
    func dispositions() {
        for status in CampaignStatus.allCases {
            #expect(status.isClaimable == [.snapshotting, .sending].contains(status))
            #expect((status.disposition == .paused) == (status == .paused))
            #expect((status.disposition == .sending) == status.isClaimable)
        }
    }

    @Test("an unknown row is never pending without an operator, and sent and skipped rows are final")
    func ledger() {
        #expect(LedgerState.attempting.successors == [.sent, .failed, .pending, .unknown])
        #expect(LedgerState.sent.successors.isEmpty)
        #expect(LedgerState.skipped.successors.isEmpty)
        for state in LedgerState.allCases { #expect(LedgerState(state.contract) == state) }
    }

    @Test("the derived status is the strongest fact (D17)")
    func facts() {
        #expect(RecipientFacts(state: .sent, isComplained: true, isBounced: true, isUnsubscribed: true).status == .complained)
        #expect(RecipientFacts(state: .sent, isBounced: true, isUnsubscribed: true).status == .bounced)
        #expect(RecipientFacts(state: .sent, isUnsubscribed: true).status == .unsubscribed)
        #expect(RecipientFacts(state: .attempting).status == .pending)
        #expect(RecipientFacts(state: .unknown).status == .unknown)
    }
}
