import JSON
import JSONRPC
import Model

/// What a request says about one member of a list.
package struct ListMemberChange: Equatable, Sendable {
    /// The client's name of the membership, unique in the list.
    package var sourceObjectKey: String
    package var email: String
    /// A JSON object as compact text, replaces the member's; nil leaves it.
    package var metadata: String?
    /// Whether the member is active, or removed.
    package var isActive: Bool
    package init(sourceObjectKey: String, email: String, metadata: String? = nil, isActive: Bool = true) {
        self.sourceObjectKey = sourceObjectKey
        self.email = email
        self.metadata = metadata
        self.isActive = isActive
    }
}

/// A member as the API shows it.
package struct ListMember: RPCPayload, Codable, Equatable {
    /// `cascade-contact:<contact id>` for a member that only lists below name.
    package var sourceObjectKey: String
    package var email: String
    /// Nil for a member that does not exist.
    package var contactID: ContactID?
    package var isActive: Bool
    package var removedAt: Timestamp?
    /// With `membership_reasons` for members that lists below name: the first hundred of them.
    package var metadata: JSONValue
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    package init(
        sourceObjectKey: String,
        email: String = "",
        contactID: ContactID? = nil,
        isActive: Bool = false,
        removedAt: Timestamp? = nil,
        metadata: JSONValue = .object(JSONObject()),
        createdAt: Timestamp? = nil,
        updatedAt: Timestamp? = nil
    ) {
        self.sourceObjectKey = sourceObjectKey
        self.email = email
        self.contactID = contactID
        self.isActive = isActive
        self.removedAt = removedAt
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Makes or changes one member, its contact, and the list when there is none.
///
/// Idempotent. Failures: `source_object_key: required|invalid`, `member.email: required|invalid|erased`, `member.metadata: …`, and those of
/// ``PutRecipientList``.
package struct PutListMember: RPCMethod {
    package static let name = "audience.putListMember"
    package static let isIdempotent = true
    package typealias Result = ListMemberPut
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package var list: ListChange
    package var member: ListMemberChange
    package init(scope: AudienceScope, listKey: String, list: ListChange, member: ListMemberChange) {
        self.scope = scope
        self.listKey = listKey
        self.list = list
        self.member = member
    }
}

package struct ListMemberPut: RPCPayload, Codable, Equatable {
    package var list: RecipientListState
    package var member: ListMember
    package var created: Bool
    package init(list: RecipientListState, member: ListMember, created: Bool) {
        self.list = list
        self.member = member
        self.created = created
    }
}

/// Removes what the list says about a member; one that lists below name stays a member.
///
/// Idempotent: a member that is not there, or removed already, is an answer with `removed` false. Failure: `list_key: not_found`.
package struct RemoveListMember: RPCMethod, Codable {
    package static let name = "audience.removeListMember"
    package static let isIdempotent = true
    package typealias Result = ListMemberRemoval
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package var sourceObjectKey: String
    package init(scope: AudienceScope, listKey: String, sourceObjectKey: String) {
        self.scope = scope
        self.listKey = listKey
        self.sourceObjectKey = sourceObjectKey
    }
}

package struct ListMemberRemoval: RPCPayload, Codable, Equatable {
    package var list: RecipientListState
    package var member: ListMember
    package var removed: Bool
    package init(list: RecipientListState, member: ListMember, removed: Bool) {
        self.list = list
        self.member = member
        self.removed = removed
    }
}

/// One page of a list's members for the API, in the order of their contacts.
///
/// A page ends early when its metadata grows large: only `next` says whether more follow. Failures: `list_key: not_found`, `limit: …`.
package struct GetListMembers: RPCMethod, Codable {
    package static let name = "audience.getListMembers"
    package static let isRead = true
    package typealias Result = ListMemberPage
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    /// Contacts with a greater id only.
    package var after: ContactID
    /// 1 to 10,000.
    package var limit: Int
    package var includesRemoved: Bool
    package init(scope: AudienceScope, listKey: String, after: ContactID, limit: Int, includesRemoved: Bool) {
        self.scope = scope
        self.listKey = listKey
        self.after = after
        self.limit = limit
        self.includesRemoved = includesRemoved
    }
}

package struct ListMemberPage: RPCPayload, Codable, Equatable {
    package var list: RecipientListState
    package var members: [ListMember]
    /// Nil at the end.
    package var next: ContactID?
    package init(list: RecipientListState, members: [ListMember], next: ContactID?) {
        self.list = list
        self.members = members
        self.next = next
    }
}

/// One page of a list's active members for sending, in the order of their contacts (keyset cursor).
///
/// A page ends early when its metadata grows large: only `next` says whether more follow. Failures: `list_key: not_found`, `limit: …`.
package struct ListMembers: RPCMethod, Codable {
    package static let name = "audience.listMembers"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .delivery]
    package typealias Result = ListMemberColumns
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    /// Contacts with a greater id only.
    package var after: ContactID
    /// 1 to 10,000.
    package var limit: Int
    package init(scope: AudienceScope, listKey: String, after: ContactID, limit: Int) {
        self.scope = scope
        self.listKey = listKey
        self.after = after
        self.limit = limit
    }
}

/// A page as columns.
package struct ListMemberColumns: RPCPayload, Codable, Equatable {
    package var contactIDs: [Int64]
    /// Normalised.
    package var emails: [String]
    package var sourceObjectKeys: [String]
    /// JSON objects as text, without `membership_reasons`.
    package var metadata: [String]
    /// Nil at the end.
    package var next: ContactID?
    package init(contactIDs: [Int64], emails: [String], sourceObjectKeys: [String], metadata: [String], next: ContactID?) {
        self.contactIDs = contactIDs
        self.emails = emails
        self.sourceObjectKeys = sourceObjectKeys
        self.metadata = metadata
        self.next = next
    }
}
