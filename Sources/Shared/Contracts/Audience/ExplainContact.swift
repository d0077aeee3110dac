import JSON
import JSONRPC
import Model

/// May this address be mailed, rule by rule, at this moment: the same rule as status, snapshot and claim.
///
/// Changes nothing. An unknown address is an answer, not a failure. Failures: `email: required|invalid`, `category_tag: invalid`.
package struct ExplainContact: RPCMethod, Codable {
    package static let name = "audience.explainContact"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ContactExplanation
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var email: String
    /// Empty: no category.
    package var categoryTag: String
    package init(scope: AudienceScope, email: String, categoryTag: String) {
        self.scope = scope
        self.email = email
        self.categoryTag = categoryTag
    }
}

package struct ContactExplanation: RPCPayload, Codable, Equatable {
    package var contact: ContactStatus
    /// Every reason that holds, in the order in which the rule asks; the first decides.
    package var marketingRefusals: [SkipReason]
    package var transactionalRefusals: [SkipReason]
    /// When and why each of them came to be, where that is known.
    package var facts: [RefusalFact]
    package var consents: [ConsentRecord]
    package init(
        contact: ContactStatus,
        marketingRefusals: [SkipReason],
        transactionalRefusals: [SkipReason],
        facts: [RefusalFact],
        consents: [ConsentRecord]
    ) {
        self.contact = contact
        self.marketingRefusals = marketingRefusals
        self.transactionalRefusals = transactionalRefusals
        self.facts = facts
        self.consents = consents
    }
}

/// Since when a reason holds, and what was said about it.
package struct RefusalFact: Codable, Equatable, Sendable {
    package var reason: SkipReason
    package var since: Timestamp?
    package var detail: String
    package init(reason: SkipReason, since: Timestamp?, detail: String) {
        self.reason = reason
        self.since = since
        self.detail = detail
    }
}

/// A wish to be subscribed, and its confirmation.
package struct ConsentRecord: Codable, Equatable, Sendable {
    package var id: Int64
    package var audience: String
    package var client: String
    /// What the person agreed to.
    package var wording: String
    /// Where the form stood.
    package var source: String
    package var requestedAt: Timestamp
    /// A network (IPv4 /24, IPv6 /48), empty when not known.
    package var requestedFrom: String
    package var confirmedAt: Timestamp?
    package var confirmedFrom: String
    package init(
        id: Int64,
        audience: String,
        client: String,
        wording: String,
        source: String,
        requestedAt: Timestamp,
        requestedFrom: String,
        confirmedAt: Timestamp?,
        confirmedFrom: String
    ) {
        self.id = id
        self.audience = audience
        self.client = client
        self.wording = wording
        self.source = source
        self.requestedAt = requestedAt
        self.requestedFrom = requestedFrom
        self.confirmedAt = confirmedAt
        self.confirmedFrom = confirmedFrom
    }
}
