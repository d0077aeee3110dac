import Contracts
import JSONRPC
import Synchronization

/// Campaign as Tracking sees it: takes events and says whom they concern; can be away.
final class FakeCampaign: Sendable {
    struct Away: RPCUnavailability { var isUnavailable: Bool { true } }
    struct Broken: Error {}

    private struct State {
        var events: [RecipientEvent] = []
        var isAway = false
        var poisonous: Set<Int64> = []
        var calls = 0
    }

    private let state = Mutex(State())
    let contactID: Int64
    let organizationID: Int64

    init(contactID: Int64, organizationID: Int64) {
        self.contactID = contactID
        self.organizationID = organizationID
    }

    var events: [RecipientEvent] { state.withLock { $0.events } }
    var calls: Int { state.withLock { $0.calls } }
    /// Recipients on whose events it breaks.
    var poisonous: Set<Int64> {
        get { state.withLock { $0.poisonous } }
        set { state.withLock { $0.poisonous = newValue } }
    }
    var isAway: Bool {
        get { state.withLock { $0.isAway } }
        set { state.withLock { $0.isAway = newValue } }
    }

    var caller: InProcessCaller {
        var methods = RPCMethodTable()
        methods.on(ApplyTrackingEvents.self) { call, _ in
            self.state.withLock { $0.calls += 1 }
            if self.isAway { throw Away() }
            if call.events.contains(where: { self.poisonous.contains($0.recipientID) }) { throw Broken() }
            self.state.withLock { $0.events += call.events }
            return AppliedTrackingEvents(
                contactIDs: call.events.map { _ in self.contactID },
                organizationIDs: call.events.map { _ in self.organizationID },
                campaignIDs: call.events.map { _ in 9 },
                clientIDs: call.events.map { _ in 3 },
                audienceIDs: call.events.map { _ in 4 },
                emails: call.events.map { _ in "reader@example.org" }
            )
        }
        return InProcessCaller(methods)
    }
}
