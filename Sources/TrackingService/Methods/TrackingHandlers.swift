import Contracts
import JSONRPC
import Model

/// The methods of Tracking.
struct TrackingHandlers: Sendable {
    /// Shared by all copies of the handlers.
    let classification = RequestClassification(recent: RecentActivity())
    let store: TrackingStore
    let forwarder: EventForwarder
    let partitions: PartitionKeeper
    let dispatcher: DeliveryDispatcher

    func register(in methods: inout RPCMethodTable) {
        methods.on(RecordEvents.self) { call, _ in try await recordEvents(call) }
        registerActivity(in: &methods)
        methods.on(TrackingTick.self) { _, _ in try await tick() }
        methods.on(TrackingVerify.self) { _, _ in try await verify() }
    }

    func recordEvents(_ call: RecordEvents) async throws -> RecordedEvents {
        let outcome = classification.classify(call.events.prefix(RecordEvents.maximumEvents))
        let stored = try await store.record(outcome.events)
        let withdrawn = try await store.withdraw(outcome.withdrawn, reason: RequestClassification.burstReason)
        if stored + withdrawn > 0 { forwarder.wake() }
        return RecordedEvents(stored: stored)
    }

    func tick() async throws -> TickReport {
        try await partitions.ensure()
        let waiting = try await store.waitingBatches()
        if waiting > 0 { forwarder.wake() }
        let due = try await store.dueDeliveries()
        if due > 0 { dispatcher.wake() }
        let forgotten = try await store.pruneDeliveries()
        return TickReport(due: waiting + due + forgotten)
    }

    /// The log has no counters of its own; what is compared is that each request that clients see is in the log.
    func verify() async throws -> VerifyReport {
        let counts = try await store.recount()
        var mismatches: [String] = []
        if counts.orphans > 0 { mismatches.append("activity: \(counts.orphans) entries have no request in the log") }
        return VerifyReport(mismatches: mismatches, outboxPending: counts.waiting, checked: counts.requests)
    }
}
