import JSON
import JSONRPC
import Model

/// A client's events in the order in which they were recorded, from a place on.
///
/// A poller that passes each page's ``EventPage/next`` as `after` sees every event exactly once: ids become visible in their order.
/// Events of the whole organization (global unsubscribes) come to each of its clients. Idempotent.
package struct EventsAfter: RPCMethod, Codable {
    package static let name = "tracking.eventsAfter"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = EventPage
    package var scope: ClientScope
    /// Larger ids only; 0 starts at the oldest.
    package var after: Int64
    /// From 1 to 500.
    package var limit: Int
    /// Empty is all.
    package var types: [EventType]
    package init(scope: ClientScope, after: Int64, limit: Int, types: [EventType] = []) {
        self.scope = scope
        self.after = after
        self.limit = limit
        self.types = types
    }
}

/// The events of one contact, newest first, for its history and the export of its data.
///
/// Idempotent.
package struct ContactEvents: RPCMethod, Codable {
    package static let name = "tracking.contactEvents"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = EventPage
    package var organizationID: OrganizationID
    /// With a client: its events and those of the whole organization; nil is every client's.
    package var clientID: ClientID?
    package var contactID: ContactID
    /// Smaller ids only; nil starts at the newest.
    package var before: Int64?
    /// From 1 to 500.
    package var limit: Int
    package init(organizationID: OrganizationID, clientID: ClientID?, contactID: ContactID, before: Int64?, limit: Int) {
        self.organizationID = organizationID
        self.clientID = clientID
        self.contactID = contactID
        self.before = before
        self.limit = limit
    }
}

package struct EventPage: RPCPayload, Codable, Equatable {
    package var events: [StoredEvent]
    /// Where the next page begins: the last id of this one, also when there are no more events yet; nil when the page is empty.
    package var next: Int64?
    /// Whether more events were there when the page was read.
    package var hasMore: Bool
    package init(events: [StoredEvent], next: Int64?, hasMore: Bool) {
        self.events = events
        self.next = next
        self.hasMore = hasMore
    }
}

/// An event as feed, history and webhooks show it.
package struct StoredEvent: Codable, Equatable, Sendable {
    package var id: Int64
    package var type: EventType
    package var occurredAt: Timestamp
    /// Nil: of the whole organization.
    package var clientID: ClientID?
    package var audienceID: AudienceID?
    package var contactID: ContactID?
    /// Empty when unknown or erased.
    package var email: String
    package var campaignID: CampaignID?
    package var recipientID: RecipientID?
    package var transactionalMessageID: TransactionalMessageID?
    /// An object.
    ///
    /// Opens and clicks have `classification` (`human`, `machine`, `unknown`) and, for clicks, `url`.
    package var metadata: JSONValue
    package init(
        id: Int64,
        type: EventType,
        occurredAt: Timestamp,
        audienceID: AudienceID?,
        contactID: ContactID?,
        email: String,
        campaignID: CampaignID?,
        recipientID: RecipientID?,
        transactionalMessageID: TransactionalMessageID?,
        metadata: JSONValue
    ) {
        self.id = id
        self.type = type
        self.occurredAt = occurredAt
        self.audienceID = audienceID
        self.contactID = contactID
        self.email = email
        self.campaignID = campaignID
        self.recipientID = recipientID
        self.transactionalMessageID = transactionalMessageID
        self.metadata = metadata
    }
}
