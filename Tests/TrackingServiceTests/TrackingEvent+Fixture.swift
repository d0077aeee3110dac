import Contracts
import Foundation
import Model

extension TrackingEvent {
    static func fixture(
        eventID: String = UUID().uuidString.lowercased(),
        type: TrackingEventType = .open,
        messageKind: TrackedMessageKind = .campaign,
        messageID: Int64 = 1,
        url: String = "",
        userAgent: String = "Thunderbird",
        method: String = "GET",
        occurredAt: Timestamp = Timestamp(microseconds: 1_790_000_000_000_000)
    ) -> TrackingEvent {
        TrackingEvent(
            eventID: eventID,
            type: type,
            messageKind: messageKind,
            messageID: messageID,
            link: 0,
            url: url,
            userAgent: userAgent,
            address: "192.0.2.0",
            method: method,
            occurredAt: occurredAt
        )
    }
}
