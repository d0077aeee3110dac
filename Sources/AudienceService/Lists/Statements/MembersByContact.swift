import Model
import Postgres

/// What a list says about these contacts; only those that it has a row for.
struct MembersByContact: Statement {
    static let sample = Self(listID: 1, contactIDs: [1], metadata: [RawJSONText("{}")])
    var listID: Int64
    var contactIDs: [Int64]
    /// What they are to have; `null` for whatever they have.
    var metadata: [RawJSONText]

    struct Output: Sendable {
        /// Index into the contacts given.
        var index: Int
        var contactID: Int64
        var key: String?
        var isNamed: Bool
        var reasons: Int32
        /// Whether the metadata differs.
        var isChange: Bool
    }

    var sql: SQL {
        """
        SELECT x.position - 1 AS index, members.contact_id, members.source_object_key, members.is_named, members.reasons,
            x.metadata <> 'null' AND x.metadata <> members.metadata AS is_change
        FROM unnest(\(contactIDs)::bigint[], \(metadata)::jsonb[]) WITH ORDINALITY AS x (contact_id, metadata, position)
        CROSS JOIN LATERAL (
            SELECT list_members.contact_id, list_members.source_object_key, list_members.is_named, list_members.reasons,
                list_members.metadata
            FROM audience.list_members
            WHERE list_members.list_id = \(listID) AND list_members.contact_id = x.contact_id
            OFFSET 0
        ) AS members
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            index: Int(try row.decode("index", as: Int64.self)),
            contactID: try row.decode("contact_id"),
            key: try row.decodeIfPresent("source_object_key"),
            isNamed: try row.decode("is_named"),
            reasons: try row.decode("reasons"),
            isChange: try row.decode("is_change")
        )
    }
}

/// The members that have one of these keys and are not the contact that is to have it.
struct MembersOfOtherContacts: Statement {
    static let sample = Self(listID: 1, contactIDs: [1], keys: ["k"])
    var listID: Int64
    var contactIDs: [Int64]
    var keys: [String]
    var sql: SQL {
        """
        SELECT members.contact_id, members.is_named, members.reasons
        FROM unnest(\(contactIDs)::bigint[], \(keys)::text[]) AS x (contact_id, key)
        CROSS JOIN LATERAL (
            SELECT list_members.contact_id, list_members.is_named, list_members.reasons
            FROM audience.list_members
            WHERE list_members.list_id = \(listID) AND list_members.source_object_key = x.key
            OFFSET 0
        ) AS members
        WHERE members.contact_id <> x.contact_id
        """
    }

    func decode(_ row: Row) throws -> RemovedMember { try RemovedMember(row) }
}

/// A member whom a list named until now.
struct RemovedMember: Sendable {
    var contactID: Int64
    /// Whether the list named it as active.
    var isNamed: Bool
    /// How many lists below name it.
    var reasons: Int32

    init(_ row: Row) throws {
        contactID = try row.decode("contact_id")
        isNamed = try row.decode("is_named")
        reasons = try row.decode("reasons")
    }
}
