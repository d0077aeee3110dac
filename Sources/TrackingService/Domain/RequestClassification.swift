import Contracts
import Model

/// Says who caused each request of a micro-batch: by what it says of itself, by how soon after the delivery it came, and by what else was
/// followed in the same message within seconds.
struct RequestClassification: Sendable {
    let recent: RecentActivity

    struct Outcome: Sendable {
        var events: [ClassifiedEvent]
        /// Clicks of earlier micro-batches that passed for a person's and turn out to be part of a burst.
        var withdrawn: [RecentActivity.Click] = []
    }

    func classify(_ events: some Sequence<TrackingEvent>) -> Outcome {
        var outcome = Outcome(events: events.map { classified($0) })
        let clicks = outcome.events.filter { $0.event.type == .click }.map { item in
            (
                message: Self.message(item.event),
                click: RecentActivity.Click(
                    eventID: item.event.eventID,
                    occurredAt: item.event.occurredAt,
                    link: item.event.link,
                    isHuman: item.verdict.classification == .human
                )
            )
        }
        let bursts = recent.bursts(adding: clicks).values.flatMap { $0 }
        guard !bursts.isEmpty else { return outcome }
        let marked = Set(bursts.map(\.eventID))
        for index in outcome.events.indices where marked.contains(outcome.events[index].event.eventID) {
            guard outcome.events[index].verdict.classification != .machine else { continue }
            outcome.events[index].verdict = EventClassifier.Verdict(classification: .machine, reason: Self.burstReason)
        }
        let own = Set(outcome.events.map(\.event.eventID))
        outcome.withdrawn = bursts.filter { $0.isHuman && !own.contains($0.eventID) }
        return outcome
    }

    /// Learns from what else happened to messages: when they were delivered.
    func note(_ events: [MessageEvent]) {
        for event in events where event.type == .delivered {
            let message: RecentActivity.Message
            if let recipient = event.recipientID {
                message = RecentActivity.Message(kind: .campaign, id: recipient.rawValue)
            } else if let id = event.transactionalMessageID {
                message = RecentActivity.Message(kind: .transactional, id: id.rawValue)
            } else {
                continue
            }
            recent.noteDelivery(of: message, at: event.occurredAt)
        }
    }

    static let burstReason = "burst:links of one message within seconds"

    private func classified(_ event: TrackingEvent) -> ClassifiedEvent {
        var item = ClassifiedEvent(event)
        if event.type != .unsubscribe, item.verdict.classification != .machine, recent.isTooSoon(Self.message(event), at: event.occurredAt) {
            item.verdict = EventClassifier.Verdict(classification: .machine, reason: "delivery:within seconds")
        }
        return item
    }

    private static func message(_ event: TrackingEvent) -> RecentActivity.Message {
        RecentActivity.Message(kind: event.messageKind, id: event.messageID)
    }
}
