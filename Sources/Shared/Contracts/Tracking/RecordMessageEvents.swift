import JSON
import JSONRPC
import Model

/// The event types of the public API (API.md section 2, values).
package enum EventType: String, Codable, Sendable, CaseIterable {
    case queued, skipped, sent, delivered, open, click, subscribe, unsubscribe, bounce, complaint, failed
}

/// Stores what happened to messages and contacts durably before it answers: the events of history, feed and webhooks.
///
/// Idempotent by ``MessageEvent/eventID``: a repetition stores nothing and delivers nothing. At most ``maximumEvents`` a call. Other services
/// call it through their outbox, in the transaction of the change:
/// - Delivery: `queued`, `skipped`, `sent` and `failed` of each transactional message; `delivered`, `bounce` and `complaint` of any message
///   that the provider reports, with the campaign and recipient for campaign mail.
/// - Audience: `subscribe` and `unsubscribe` on each change of a subscription, by the database itself (triggers), so no caller adds them.
/// - Opens, clicks and unsubscribes by link come through ``RecordEvents`` alone, and are given their owner by Tracking.
///
/// Facts of each campaign recipient (queued, skipped, sent, failed) are not events: the ledger has them by recipient
/// (`campaign.contactRecipients`) and the campaign's counters have them together. A send of 100,000 adds nothing here.
///
/// Texts that are too long are cut, metadata above 16 KiB is left out: an event that happened is never refused for its form.
package struct RecordMessageEvents: RPCMethod, Codable {
    package static let name = "tracking.recordMessageEvents"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.audience, .campaign, .delivery, .gateway, .operator]
    package typealias Result = RecordedEvents
    /// The most events that one call may carry; further ones are refused with the call.
    package static let maximumEvents = 1_000
    package var events: [MessageEvent]
    package init(events: [MessageEvent]) { self.events = events }
}

/// Something that happened to a message or a contact.
package struct MessageEvent: Codable, Equatable, Sendable {
    /// Unique for ever and the same at each repetition, for example `delivery:message:17:sent:1`; at most 200 characters.
    package var eventID: String
    package var type: EventType
    /// When it happened, not when it was learned.
    package var occurredAt: Timestamp
    package var organizationID: OrganizationID
    /// nil concerns every client of the organization, as a global unsubscribe does.
    package var clientID: ClientID?
    package var audienceID: AudienceID?
    package var contactID: ContactID?
    /// The normalised address that it is about; empty when unknown.
    package var email: String
    package var campaignID: CampaignID?
    package var recipientID: RecipientID?
    package var transactionalMessageID: TransactionalMessageID?
    /// A JSON object for the client, such as `ses_message_id`, `reason`, `bounce_type`, `audience` (its slug).
    package var metadata: JSONValue

    package init(
        eventID: String,
        type: EventType,
        occurredAt: Timestamp,
        organizationID: OrganizationID,
        clientID: ClientID?,
        audienceID: AudienceID? = nil,
        contactID: ContactID? = nil,
        email: String = "",
        campaignID: CampaignID? = nil,
        recipientID: RecipientID? = nil,
        transactionalMessageID: TransactionalMessageID? = nil,
        metadata: JSONValue = [:]
    ) {
        self.eventID = eventID
        self.type = type
        self.occurredAt = occurredAt
        self.organizationID = organizationID
        self.clientID = clientID
        self.audienceID = audienceID
        self.contactID = contactID
        self.email = email
        self.campaignID = campaignID
        self.recipientID = recipientID
        self.transactionalMessageID = transactionalMessageID
        self.metadata = metadata
    }
}
