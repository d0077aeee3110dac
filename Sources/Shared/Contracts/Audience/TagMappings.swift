import JSONRPC
import Model

/// Which list gives its members which tag in the client's Mailchimp audience.
package struct TagMapping: Codable, Equatable, Sendable {
    package var listKey: String
    package var tag: String
    package var isEnabled: Bool
    package init(listKey: String, tag: String, isEnabled: Bool) {
        self.listKey = listKey
        self.tag = tag
        self.isEnabled = isEnabled
    }
}

package struct TagMappings: RPCPayload, Codable, Equatable {
    /// By list key, then tag.
    package var mappings: [TagMapping]
    package init(mappings: [TagMapping]) { self.mappings = mappings }
}

/// Replaces the tag mappings of a client in an audience.
///
/// Members that are there when a mapping becomes enabled get its tag too; a mapping that goes leaves the tags where they are. Idempotent.
package struct PutTagMappings: RPCMethod, Codable {
    package static let name = "audience.putTagMappings"
    package static let isIdempotent = true
    package static let maximumMappings = 1_000
    package typealias Result = TagMappings
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var mappings: [TagMapping]
    package init(scope: AudienceScope, mappings: [TagMapping]) { self.scope = scope; self.mappings = mappings }
}

/// The tag mappings of a client in an audience.
///
/// Idempotent.
package struct GetTagMappings: RPCMethod, Codable {
    package static let name = "audience.getTagMappings"
    package static let isRead = true
    package typealias Result = TagMappings
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package init(scope: AudienceScope) { self.scope = scope }
}
