import JSON
import JSONRPC
import Model

/// Merges tracking events into the ledger and the counters; order-free (first time = min) and idempotent by event id, so any order and
/// any repetition give the same numbers.
///
/// Sent by Tracking's outbox. Unsubscribes go on to Audience through Campaign's outbox. Hot. Returns for each event whom it concerns, so
/// that Tracking's timeline knows the contact.
package struct ApplyTrackingEvents: RPCMethod, Codable {
    package static let name = "campaign.applyTrackingEvents"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.tracking]
    package typealias Result = AppliedTrackingEvents
    package var events: [RecipientEvent]
    package init(events: [RecipientEvent]) { self.events = events }
}

/// One event about one recipient.
package struct RecipientEvent: Codable, Equatable, Sendable {
    /// Unique for ever; the key of idempotency.
    package var eventID: String
    package var recipientID: Int64
    package var type: TrackingEventType
    package var occurredAt: Timestamp
    /// Classified as human (neither machine nor unknown).
    package var isHuman: Bool
    /// For unsubscribes: `client`, `audience` or `global`; empty otherwise.
    package var unsubscribeScope: String
    /// True: not a click, but the news that an earlier one, counted as human, was a machine's.
    package var withdrawsHuman: Bool?
    /// For clicks and what is withdrawn of them: the link's number and target.
    package var link: Int64?
    package var url: String?
    package init(
        eventID: String,
        recipientID: Int64,
        type: TrackingEventType,
        occurredAt: Timestamp,
        isHuman: Bool,
        unsubscribeScope: String = "",
        withdrawsHuman: Bool? = nil,
        link: Int64? = nil,
        url: String? = nil
    ) {
        self.eventID = eventID
        self.recipientID = recipientID
        self.type = type
        self.occurredAt = occurredAt
        self.isHuman = isHuman
        self.unsubscribeScope = unsubscribeScope
        self.withdrawsHuman = withdrawsHuman
        self.link = link
        self.url = url
    }
}

/// Parallel to the request's events; 0 where the recipient is not known.
package struct AppliedTrackingEvents: RPCPayload, Codable, Equatable {
    package var contactIDs: [Int64]
    package var organizationIDs: [Int64]
    package var campaignIDs: [Int64]
    /// Whose campaign it is and whom it went to; all three are empty when the answer does not say.
    package var clientIDs: [Int64]
    package var audienceIDs: [Int64]
    package var emails: [String]
    package init(
        contactIDs: [Int64],
        organizationIDs: [Int64],
        campaignIDs: [Int64],
        clientIDs: [Int64] = [],
        audienceIDs: [Int64] = [],
        emails: [String] = []
    ) {
        self.contactIDs = contactIDs
        self.organizationIDs = organizationIDs
        self.campaignIDs = campaignIDs
        self.clientIDs = clientIDs
        self.audienceIDs = audienceIDs
        self.emails = emails
    }
}
