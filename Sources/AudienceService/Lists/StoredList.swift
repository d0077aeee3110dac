import Contracts
import JSON
import Model
import Postgres

/// A list's row.
struct StoredList: Sendable {
    var id: Int64
    var key: String
    var type: RecipientListType
    var name: String
    var metadata: JSONValue
    var memberCount: Int64
    var activeMemberCount: Int64
    var lastReconciledAt: Timestamp?
    var createdAt: Timestamp
    var updatedAt: Timestamp

    init(_ row: Row) throws {
        id = try row.decode("id")
        key = try row.decode("key")
        type = RecipientListType(rawValue: try row.decode("type")) ?? .custom
        name = try row.decode("name")
        metadata = try row.decode("metadata")
        memberCount = try row.decode("member_count")
        activeMemberCount = try row.decode("active_member_count")
        lastReconciledAt = try row.decodeIfPresent("last_reconciled_at")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    /// With the slugs of the scope that was asked about.
    func named(_ scope: KnownScope) -> RecipientListState {
        RecipientListState(
            key: key,
            type: type,
            name: name,
            audienceSlug: scope.audienceSlug,
            clientSlug: scope.clientSlug,
            metadata: metadata,
            memberCount: memberCount,
            activeMemberCount: activeMemberCount,
            lastReconciledAt: lastReconciledAt,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}
