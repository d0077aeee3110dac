import Contracts
import JSONRPC
import Logging
import Model
import ServiceLifecycle
import ServiceRuntime

/// Brings recorded events to Campaign, several micro-batches a call, in the order in which they were recorded.
///
/// It is Tracking's outbox in another form: the queue is written in the transaction of the events and left in the transaction of the
/// timelines. A crash between the call and that transaction repeats the call, which changes nothing (Campaign knows each event's id).
/// What Campaign refuses is tried apart from the rest, in the end event by event, and moved aside when it is refused too often: events may
/// pass one another, because merging them is free of order.
struct EventForwarder: Service {
    let store: TrackingStore
    let campaign: any RPCCaller
    let logger: Logger
    let limits: RefusalLimits
    /// Between pages that were not full, so that a steady stream of events goes in few large pages: each costs both services a commit.
    static let gathering: Duration = .milliseconds(100)

    private let signal = WakeSignal()

    /// Called when events had endpoints to go to.
    private let onDeliveries: @Sendable () -> Void

    init(
        store: TrackingStore,
        campaign: any RPCCaller,
        logger: Logger,
        limits: RefusalLimits = RefusalLimits(),
        onDeliveries: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.campaign = campaign
        self.logger = logger
        self.limits = limits
        self.onDeliveries = onDeliveries
    }

    func wake() { signal.wake() }

    /// Anything waiting keeps the process awake; when the database cannot say, something may be waiting.
    func hasWork() async -> Bool {
        do { return try await store.waitingBatches().count > 0 } catch { return true }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    while let count = try await forward(), !Task.isCancelled {
                        pause = .milliseconds(100)
                        if count < Self.fullPage { try await Task.sleep(for: Self.gathering) }
                    }
                    await signal.wait(atMost: .seconds(5))
                } catch {
                    logger.debug("events wait for Campaign", metadata: ["error": "\(error)"])
                    await signal.wait(atMost: pause)
                    pause = min(pause * 2, .seconds(2))
                }
            }
        }
    }

    /// Forwards the oldest events; false when none wait.
    func forwardPage() async throws -> Bool { try await forward() != nil }

    private static let fullPage = ApplyTrackingEvents.maximumEvents - RecordEvents.maximumEvents

    /// How many events were forwarded; nil when none waited that are due.
    private func forward() async throws -> Int? {
        let batches = try await store.forwardingPage(limit: Self.fullPage + 1)
        guard !batches.isEmpty else { return nil }
        do {
            return try await push(batches)
        } catch let refusal as ForwardingRefusal {
            if batches.count > 1 { return try await pushEach(batches) }
            try await store.putOff(batches[0], refusal, limits, logger)
            return 0
        }
    }

    /// One of them is at fault: the others must not share its fate.
    private func pushEach(_ batches: [ForwardingPage.Batch]) async throws -> Int {
        var count = 0
        var refusals = 0
        for batch in batches {
            do {
                count += try await push([batch])
                refusals = 0
            } catch let refusal as ForwardingRefusal {
                try await store.putOff(batch, refusal, limits, logger)
                refusals += 1
                // It is not the batch then: Campaign takes nothing at this moment.
                if refusals == limits.inARow { throw refusal }
            }
        }
        return count
    }

    private func push(_ batches: [ForwardingPage.Batch]) async throws -> Int {
        let json = "{\"events\":[" + batches.map(\.events).joined(separator: ",") + "]}"
        let call: ApplyTrackingEvents
        do { call = try ApplyTrackingEvents.read(ArraySlice(json.utf8)) } catch {
            throw ForwardingRefusal(reason: "cannot be read: \(error)", isRefusal: true)
        }
        let applied: AppliedTrackingEvents
        do { applied = try await campaign.call(call) } catch {
            guard let refusal = ForwardingRefusal(error) else { throw error }
            throw refusal
        }
        do {
            let entries = Self.entries(call.events, applied)
            let stored = try await store.finishForwarding(batches.map(\.id), entries, Self.owned(call.events, applied))
            if stored.deliveries > 0 { onDeliveries() }
        } catch is ForwardedElsewhere {
            logger.debug("another process forwarded the events first")
        }
        return call.events.count
    }

    /// The requests of rows that Campaign has; its answer names no contact where the person is erased.
    private static func owned(_ events: [RecipientEvent], _ applied: AppliedTrackingEvents) -> BlankRequests {
        var owned = BlankRequests()
        let known = min(events.count, applied.contactIDs.count, applied.organizationIDs.count)
        for index in 0..<known where applied.organizationIDs[index] > 0 && events[index].withdrawsHuman != true {
            owned.append(events[index].eventID, events[index].occurredAt, contactID: applied.contactIDs[index])
        }
        return owned
    }

    private static func entries(_ events: [RecipientEvent], _ applied: AppliedTrackingEvents) -> InsertRequestActivity {
        var entries = InsertRequestActivity()
        let known = min(events.count, applied.contactIDs.count, applied.organizationIDs.count, applied.campaignIDs.count)
        let isOwned = applied.clientIDs.count >= known && applied.audienceIDs.count >= known && applied.emails.count >= known
        for index in 0..<known where applied.contactIDs[index] > 0 {
            entries.eventIDs.append(events[index].eventID)
            entries.types.append(events[index].type.rawValue)
            entries.scopes.append(events[index].unsubscribeScope)
            entries.occurredAt.append(events[index].occurredAt)
            entries.messageIDs.append(events[index].recipientID)
            entries.contactIDs.append(applied.contactIDs[index])
            entries.organizationIDs.append(applied.organizationIDs[index])
            entries.campaignIDs.append(applied.campaignIDs[index])
            entries.clientIDs.append(isOwned ? applied.clientIDs[index] : 0)
            entries.audienceIDs.append(isOwned ? applied.audienceIDs[index] : 0)
            entries.emails.append(isOwned ? applied.emails[index] : "")
        }
        return entries
    }
}
