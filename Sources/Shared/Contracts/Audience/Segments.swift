import JSON
import JSONRPC
import Model

/// Rules that select contacts of an audience, saved under a key of one client.
package struct Segment: RPCPayload, Codable, Equatable {
    package var key: String
    package var name: String
    /// The tree as it was given.
    package var rules: JSONValue
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package init(key: String, name: String, rules: JSONValue, createdAt: Timestamp, updatedAt: Timestamp) {
        self.key = key
        self.name = name
        self.rules = rules
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Creates or changes a segment.
///
/// Idempotent; absent means unchanged. Failures: `audience|client: not_found`, `key: invalid`, `rules: required | too_long`, `rules.…: reason`
/// (the path leads into the tree: `rules.all.0.value`).
package struct PutSegment: RPCMethod, Codable {
    package static let name = "audience.putSegment"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = PutSegmentResult
    package typealias Failure = ValidationFailure
    /// Of the rules as JSON.
    package static let maximumRuleBytes = 64 << 10
    package var scope: AudienceScope
    package var key: String
    package var segmentName: String?
    package var rules: JSONValue?
    package init(scope: AudienceScope, key: String, name: String?, rules: JSONValue?) {
        self.scope = scope
        self.key = key
        segmentName = name
        self.rules = rules
    }
}

package struct PutSegmentResult: RPCPayload, Codable, Equatable {
    package var segment: Segment
    package var created: Bool
    package init(segment: Segment, created: Bool) { self.segment = segment; self.created = created }
}

/// One segment; failure `key: not_found`.
package struct GetSegment: RPCMethod, Codable {
    package static let name = "audience.getSegment"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .operator]
    package typealias Result = Segment
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var key: String
    package init(scope: AudienceScope, key: String) { self.scope = scope; self.key = key }
}

/// Forgets a segment; failure `key: not_found`.
///
/// Campaigns that were started keep the rules they were started with. Not idempotent: it fails when the segment was forgotten before.
package struct DeleteSegment: RPCMethod, Codable {
    package static let name = "audience.deleteSegment"
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Segment
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var key: String
    package init(scope: AudienceScope, key: String) { self.scope = scope; self.key = key }
}

/// The segments of a client in an audience, by key.
package struct ListSegments: RPCMethod, Codable {
    package static let name = "audience.listSegments"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = SegmentList
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    /// Greater keys only.
    package var after: String
    /// From 1 to 500.
    package var limit: Int
    package init(scope: AudienceScope, after: String = "", limit: Int = 100) {
        self.scope = scope
        self.after = after
        self.limit = limit
    }
}

package struct SegmentList: RPCPayload, Codable, Equatable {
    package var segments: [Segment]
    /// Whether greater keys are left.
    package var hasMore: Bool
    package init(segments: [Segment], hasMore: Bool) { self.segments = segments; self.hasMore = hasMore }
}

/// How many contacts rules select now, and some of them.
///
/// Changes nothing. `key` names a saved segment, or `rules` are given. Failures: `key: not_found`, `rules: required`, `rules.…: reason`.
package struct EvaluateSegment: RPCMethod, Codable {
    package static let name = "audience.evaluateSegment"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = SegmentEvaluation
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var key: String?
    package var rules: JSONValue?
    package var isCounted: Bool
    /// How many contacts to show: 0 to 100, those with the smallest ids.
    package var previewLimit: Int
    package init(scope: AudienceScope, key: String? = nil, rules: JSONValue? = nil, isCounted: Bool, previewLimit: Int) {
        self.scope = scope
        self.key = key
        self.rules = rules
        self.isCounted = isCounted
        self.previewLimit = previewLimit
    }
}

package struct SegmentEvaluation: RPCPayload, Codable, Equatable {
    /// nil when it was not asked for.
    package var count: Int64?
    package var contacts: [SegmentContact]
    package init(count: Int64?, contacts: [SegmentContact]) {
        self.count = count
        self.contacts = contacts
    }
}

package struct SegmentContact: Codable, Equatable, Sendable {
    package var id: ContactID
    package var email: String
    /// Why this client may not mail the contact; nil when it may.
    package var refusal: SkipReason?
    package init(id: ContactID, email: String, refusal: SkipReason?) {
        self.id = id
        self.email = email
        self.refusal = refusal
    }
}
