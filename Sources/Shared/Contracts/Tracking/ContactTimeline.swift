import JSON
import JSONRPC
import Model

/// The events of one contact, newest first.
///
/// Idempotent.
package struct ContactTimeline: RPCMethod, Codable {
    package static let name = "tracking.contactTimeline"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TimelinePage
    package var organizationID: OrganizationID
    package var contactID: ContactID
    /// Smaller ids only; nil starts at the newest.
    package var before: Int64?
    /// From 1 to 100.
    package var limit: Int
    package init(organizationID: OrganizationID, contactID: ContactID, before: Int64?, limit: Int) {
        self.organizationID = organizationID
        self.contactID = contactID
        self.before = before
        self.limit = limit
    }
}

package struct TimelinePage: RPCPayload, Codable, Equatable {
    package var events: [TimelineEvent]
    /// Pass as `before` for the next page; nil at the end.
    package var next: Int64?
    package init(events: [TimelineEvent], next: Int64?) { self.events = events; self.next = next }
}

package struct TimelineEvent: Codable, Equatable, Sendable {
    package var id: Int64
    package var type: TrackingEventType
    package var messageKind: TrackedMessageKind
    package var messageID: Int64
    package var campaignID: CampaignID?
    package var url: String
    package var classification: EventClass
    /// Why it was classified so, for example `user_agent:GoogleImageProxy`.
    package var classificationReason: String
    package var occurredAt: Timestamp
    package init(
        id: Int64,
        type: TrackingEventType,
        messageKind: TrackedMessageKind,
        messageID: Int64,
        campaignID: CampaignID?,
        url: String,
        classification: EventClass,
        classificationReason: String,
        occurredAt: Timestamp
    ) {
        self.id = id
        self.type = type
        self.messageKind = messageKind
        self.messageID = messageID
        self.campaignID = campaignID
        self.url = url
        self.classification = classification
        self.classificationReason = classificationReason
        self.occurredAt = occurredAt
    }
}
