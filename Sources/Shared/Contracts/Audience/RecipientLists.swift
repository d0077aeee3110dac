import JSON
import JSONRPC
import Model

/// What the members of a list have in common (API.md section 2, "Values").
package enum RecipientListType: String, Codable, Sendable, CaseIterable {
    case registrants
    case homeworkSubmitters = "homework_submitters"
    case projectSubmitters = "project_submitters"
    case custom
}

/// What a request says about a list; nil leaves what is there (API.md section 4 item 1).
package struct ListChange: Codable, Equatable, Sendable {
    package var type: RecipientListType?
    package var name: String?
    /// An object; replaces the list's.
    package var metadata: JSONValue?
    package init(type: RecipientListType? = nil, name: String? = nil, metadata: JSONValue? = nil) {
        self.type = type
        self.name = name
        self.metadata = metadata
    }
}

/// A recipient list as the API shows it.
package struct RecipientListState: RPCPayload, Codable, Equatable {
    /// A path whose parts are split by `:`, or `<all>`.
    package var key: String
    package var type: RecipientListType
    package var name: String
    package var audienceSlug: String
    package var clientSlug: String
    package var metadata: JSONValue
    /// Members of the list itself and of all lists below it, each contact once; removed ones too.
    package var memberCount: Int64
    package var activeMemberCount: Int64
    package var lastReconciledAt: Timestamp?
    /// Nil for a list that a dry run would make.
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    package init(
        key: String,
        type: RecipientListType,
        name: String,
        audienceSlug: String,
        clientSlug: String,
        metadata: JSONValue,
        memberCount: Int64 = 0,
        activeMemberCount: Int64 = 0,
        lastReconciledAt: Timestamp? = nil,
        createdAt: Timestamp? = nil,
        updatedAt: Timestamp? = nil
    ) {
        self.key = key
        self.type = type
        self.name = name
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.metadata = metadata
        self.memberCount = memberCount
        self.activeMemberCount = activeMemberCount
        self.lastReconciledAt = lastReconciledAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Makes a list or changes what the request names.
///
/// Idempotent. Failures: `list_key: invalid`, `name: required|too_long`, `metadata: must_be_object|invalid|too_long`.
package struct PutRecipientList: RPCMethod, Codable {
    package static let name = "audience.putRecipientList"
    package static let isIdempotent = true
    package typealias Result = RecipientListPut
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package var change: ListChange
    package init(scope: AudienceScope, listKey: String, change: ListChange) {
        self.scope = scope
        self.listKey = listKey
        self.change = change
    }
}

package struct RecipientListPut: RPCPayload, Codable, Equatable {
    package var list: RecipientListState
    package var created: Bool
    package init(list: RecipientListState, created: Bool) { self.list = list; self.created = created }
}

/// Idempotent.
///
/// Failure: `list_key: not_found`.
package struct GetRecipientList: RPCMethod, Codable {
    package static let name = "audience.getRecipientList"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .delivery]
    package typealias Result = RecipientListState
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package init(scope: AudienceScope, listKey: String) { self.scope = scope; self.listKey = listKey }
}

/// Ends all memberships that the list itself names, and the list.
///
/// While lists below it have members the list stays, with those: it is where they are counted. Contacts stay. Members leave in transactions of
/// bounded size; a call that was cut off is repeated. Failure: `list_key: not_found`.
package struct DeleteRecipientList: RPCMethod, Codable {
    package static let name = "audience.deleteRecipientList"
    package static let isIdempotent = true
    package typealias Result = RecipientListDeletion
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package init(scope: AudienceScope, listKey: String) { self.scope = scope; self.listKey = listKey }
}

package struct RecipientListDeletion: RPCPayload, Codable, Equatable {
    /// As it was, or as it stays.
    package var list: RecipientListState
    /// False when lists below still have members.
    package var deleted: Bool
    package init(list: RecipientListState, deleted: Bool) { self.list = list; self.deleted = deleted }
}
