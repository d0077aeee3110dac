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

    func register(in methods: inout RPCMethodTable) {
        methods.on(RecordEvents.self) { call, _ in try await recordEvents(call) }
        methods.on(ContactTimeline.self) { call, _ in try await contactTimeline(call) }
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

    func contactTimeline(_ call: ContactTimeline) async throws -> TimelinePage {
        let limit = min(max(call.limit, 1), 100)
        let events = try await store.timeline(call.organizationID, call.contactID, before: call.before, limit: limit + 1)
        let page = Array(events.prefix(limit))
        return TimelinePage(events: page, next: events.count > limit ? page.last?.id : nil)
    }

    func tick() async throws -> TickReport {
        try await partitions.ensure()
        let waiting = try await store.waitingBatches()
        if waiting > 0 { forwarder.wake() }
        return TickReport(due: waiting)
    }

    /// The log has no counters of its own; what is compared is that each event of a timeline is in the log.
    func verify() async throws -> VerifyReport {
        let counts = try await store.recount()
        var mismatches: [String] = []
        if counts.orphans > 0 { mismatches.append("timeline: \(counts.orphans) entries have no event in the log") }
        return VerifyReport(mismatches: mismatches, outboxPending: counts.waiting, checked: counts.timeline)
    }
}
