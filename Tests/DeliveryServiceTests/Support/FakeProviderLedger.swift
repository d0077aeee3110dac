import Contracts
import JSONRPC
import Model
import Synchronization

/// Campaign as the consumer of provider events sees it: rows 1 to 1,000 of organization 7, contact = row + 10,000.
final class FakeProviderLedger: Sendable {
    private struct State {
        var applied: [String: RecipientProviderEvent] = [:]
        var calls = 0
        var messageIDs: [String: Int64] = [:]
        var isAway = false
        var isPoisoned: Set<String> = []
        var erased: Set<Int64> = []
    }

    private let state = Mutex(State())

    /// Facts by event id.
    var applied: [String: RecipientProviderEvent] { state.withLock { $0.applied } }
    var calls: Int { state.withLock { $0.calls } }
    func facts(of recipientID: Int64) -> [RecipientProviderEvent.Kind] {
        applied.values.filter { $0.recipientID == recipientID }.map(\.kind).sorted { $0.rawValue < $1.rawValue }
    }
    func know(_ messageID: String, as recipientID: Int64) { state.withLock { $0.messageIDs[messageID] = recipientID } }
    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }
    /// Calls with an event of this message fail.
    func poison(_ messageID: String) { state.withLock { _ = $0.isPoisoned.insert(messageID) } }

    /// The person of this row is erased: Campaign still knows the row, and not whose it was.
    func erase(_ recipientID: Int64) { state.withLock { _ = $0.erased.insert(recipientID) } }

    struct Broken: Error {}

    struct Caller: RPCCaller {
        let ledger: FakeProviderLedger
        let inner: InProcessCaller

        func call<Method: RPCMethod>(
            _ method: Method,
            deadline: Duration?,
            idempotencyKey: String?
        ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
            if ledger.state.withLock({ $0.isAway }) { throw .unavailable(reason: "away", begun: false) }
            return try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
        }
    }

    var caller: Caller {
        var methods = RPCMethodTable()
        methods.on(ApplyProviderEvents.self) { call, _ in try self.apply(call) }
        methods.on(MatchProviderMessages.self) { call, _ in
            self.state.withLock { state in
                MatchedProviderMessages(recipientIDs: call.messages.map { state.messageIDs[$0.providerMessageID] ?? 0 })
            }
        }
        return Caller(ledger: self, inner: InProcessCaller(methods, as: .delivery))
    }

    private func apply(_ call: ApplyProviderEvents) throws -> AppliedTrackingEvents {
        try state.withLock { state in
            state.calls += 1
            guard !call.events.contains(where: { state.isPoisoned.contains($0.providerMessageID) }) else { throw Broken() }
            let known = call.events.map { (1...1_000).contains($0.recipientID) }
            for (event, isKnown) in zip(call.events, known) where isKnown { state.applied[event.eventID] = event }
            let named = zip(call.events, known).map { $1 && !state.erased.contains($0.recipientID) }
            return AppliedTrackingEvents(
                contactIDs: zip(call.events, named).map { $1 ? $0.recipientID + 10_000 : 0 },
                organizationIDs: known.map { $0 ? 7 : 0 },
                campaignIDs: known.map { $0 ? 3 : 0 },
                clientIDs: known.map { $0 ? 8 : 0 },
                audienceIDs: known.map { $0 ? 9 : 0 },
                emails: named.map { $0 ? "ann@example.com" : "" }
            )
        }
    }
}
