import JSON
import JSONRPC
import Model

/// Kinds of recipient activity that the gateway records.
package enum TrackingEventType: String, Codable, Sendable, CaseIterable { case open, click, unsubscribe }

/// What a tracking token points at.
package enum TrackedMessageKind: String, Codable, Sendable, CaseIterable { case campaign, transactional }

/// Who caused an event.
///
/// Nothing is discarded; machines are shown beside humans.
package enum EventClass: String, Codable, Sendable, CaseIterable { case human, machine, unknown }

/// Stores requests on public links durably before it answers.
///
/// Idempotent by event id: a repetition stores nothing. Hot; at most 1,000 events. Everything else that happens to messages and contacts
/// comes through ``RecordMessageEvents``.
package struct RecordEvents: RPCMethod, Codable {
    package static let name = "tracking.recordEvents"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .delivery, .operator]
    package typealias Result = RecordedEvents
    /// The most events that one call may carry.
    package static let maximumEvents = 1_000
    package var events: [TrackingEvent]
    package init(events: [TrackingEvent]) { self.events = events }
}

/// One request on a public link, as the gateway saw it.
package struct TrackingEvent: Codable, Equatable, Sendable {
    /// 128 random bits in lower-case hex, made by the gateway; the key of idempotency.
    package var eventID: String
    package var type: TrackingEventType
    package var messageKind: TrackedMessageKind
    package var messageID: Int64
    /// Number of the link in the content; 0 for opens and unsubscribes.
    package var link: Int64
    /// Where a click went; empty otherwise.
    package var url: String
    package var userAgent: String
    /// Truncated (IPv4 /24, IPv6 /48) before it leaves the gateway.
    package var address: String
    /// `GET`, `HEAD` or `POST`.
    package var method: String
    package var occurredAt: Timestamp
    /// For unsubscribes: `client`, `audience` or `global`; empty otherwise.
    package var unsubscribeScope: String
    package init(
        eventID: String,
        type: TrackingEventType,
        messageKind: TrackedMessageKind,
        messageID: Int64,
        link: Int64,
        url: String,
        userAgent: String,
        address: String,
        method: String,
        occurredAt: Timestamp,
        unsubscribeScope: String = ""
    ) {
        self.eventID = eventID
        self.type = type
        self.messageKind = messageKind
        self.messageID = messageID
        self.link = link
        self.url = url
        self.userAgent = userAgent
        self.address = address
        self.method = method
        self.occurredAt = occurredAt
        self.unsubscribeScope = unsubscribeScope
    }
}

package struct RecordedEvents: RPCPayload, Codable, Equatable {
    /// How many were new.
    package var stored: Int
    package init(stored: Int) { self.stored = stored }
}
