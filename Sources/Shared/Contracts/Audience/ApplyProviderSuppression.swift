import JSON
import JSONRPC
import Model

/// Suppresses addresses that bounced for good or whose owners complained, inside their organization.
///
/// Idempotent by event id, in any order: first times are minima, and nothing is ever cleared by it. An address without a contact becomes
/// a suppressed contact, so that adding it later does not open it again; an erased one stays erased. At most 1,000 events.
package struct ApplyProviderSuppression: RPCMethod, Codable {
    package static let name = "audience.applyProviderSuppression"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = AppliedProviderSuppression
    /// The most events of one call.
    package static let maximumEvents = 1_000
    package var events: [ProviderSuppression]
    package init(events: [ProviderSuppression]) { self.events = events }
}

/// Why one address must not be mailed any more.
package struct ProviderSuppression: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case hardBounce = "hard_bounce"
        case complaint
    }

    /// Unique for ever; the key of idempotency.
    package var eventID: String
    package var organizationID: OrganizationID
    /// As the provider wrote it, without a display name.
    package var address: String
    package var kind: Kind
    package var occurredAt: Timestamp
    /// Type and status, for example `Permanent/General 5.1.1`; nothing that names a person.
    package var detail: String
    package init(
        eventID: String,
        organizationID: OrganizationID,
        address: String,
        kind: Kind,
        occurredAt: Timestamp,
        detail: String
    ) {
        self.eventID = eventID
        self.organizationID = organizationID
        self.address = address
        self.kind = kind
        self.occurredAt = occurredAt
        self.detail = detail
    }
}

package struct AppliedProviderSuppression: RPCPayload, Codable, Equatable {
    /// How many events were new.
    package var applied: Int
    package init(applied: Int) { self.applied = applied }
}
