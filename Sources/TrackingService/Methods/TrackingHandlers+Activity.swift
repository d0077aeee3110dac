import Contracts
import JSONRPC

/// A call with more events than one call may carry.
struct TooManyEvents: Error, CustomStringConvertible {
    var description: String { "at most \(RecordMessageEvents.maximumEvents) events a call" }
}

extension TrackingHandlers {
    func registerActivity(in methods: inout RPCMethodTable) {
        methods.on(RecordMessageEvents.self) { call, _ in try await recordMessageEvents(call) }
        methods.on(EventsAfter.self) { call, _ in try await store.feed(call) }
        methods.on(ContactEvents.self) { call, _ in try await store.contactEvents(call) }
        methods.on(EraseContactEvents.self) { call, _ in try await store.erase(call) }
    }

    func recordMessageEvents(_ call: RecordMessageEvents) async throws -> RecordedEvents {
        guard call.events.count <= RecordMessageEvents.maximumEvents else { throw TooManyEvents() }
        let stored = try await store.recordActivity(call.events.compactMap(ActivityRow.init))
        classification.note(call.events)
        if stored.deliveries > 0 { dispatcher.wake() }
        return RecordedEvents(stored: stored.events)
    }
}
