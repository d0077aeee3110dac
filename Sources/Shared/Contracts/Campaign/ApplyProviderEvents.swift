import JSON
import JSONRPC
import Model

/// Merges what the provider reports about campaign messages into the ledger and the counters: order-free and idempotent by event id.
///
/// Any such event proves that the provider took the message, so an `unknown` row becomes `sent`. A recipient that is not known is left
/// out. At most 1,000 events. Suppression of the address is the business of Delivery and Audience.
package struct ApplyProviderEvents: RPCMethod, Codable {
    package static let name = "campaign.applyProviderEvents"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = AppliedTrackingEvents
    /// The most events of one call.
    package static let maximumEvents = 1_000
    package var events: [RecipientProviderEvent]
    package init(events: [RecipientProviderEvent]) { self.events = events }
}

/// What the provider says about one recipient's message.
package struct RecipientProviderEvent: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable { case sent, delivered, bounced, complained }
    /// Unique for ever; the key of idempotency.
    package var eventID: String
    package var recipientID: Int64
    package var kind: Kind
    package var occurredAt: Timestamp
    /// Empty when none is known.
    package var providerMessageID: String
    package init(eventID: String, recipientID: Int64, kind: Kind, occurredAt: Timestamp, providerMessageID: String = "") {
        self.eventID = eventID
        self.recipientID = recipientID
        self.kind = kind
        self.occurredAt = occurredAt
        self.providerMessageID = providerMessageID
    }
}
