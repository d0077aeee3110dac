import Contracts
import JSONRPC
import Model
import ServiceRuntime

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
        registerForwarding(in: &methods)
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
        let waiting = try await store.waitingBatches().count
        if waiting > 0 { forwarder.wake() }
        let due = try await store.dueDeliveries()
        if due > 0 { dispatcher.wake() }
        let forgotten = try await store.pruneDeliveries()
        try await Inbox(schema: "tracking").prune(in: store.database)
        return TickReport(due: waiting + due + forgotten)
    }
}
