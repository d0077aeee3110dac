import Contracts
import Model
import Postgres

/// A page of members with all that the API shows, along the list's key; it ends early when its metadata grows large.
struct ListMemberPageRows: Statement {
    /// More metadata than this does not fit into one answer, in bytes.
    static let maximumMetadata = 4 << 20
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        listID: 1,
        key: "a",
        after: ContactID(0),
        limit: 1,
        includesRemoved: true,
        onlyKey: nil
    )
    var scope: AudienceScope
    var listID: Int64
    var key: String
    var after: ContactID
    var limit: Int
    var includesRemoved: Bool
    /// The only member wanted.
    var onlyKey: String?

    var sql: SQL {
        """
        SELECT page.page_count, page.contact_id, contacts.email,
            coalesce(page.source_object_key, 'cascade-contact:' || page.contact_id) AS key, page.active, page.removed_at, page.created_at, page.updated_at,
            CASE WHEN page.reasons = 0 THEN page.metadata ELSE page.metadata || jsonb_build_object(
                'membership_reasons',
                (
                    SELECT coalesce(jsonb_agg(jsonb_build_object('list_key', reason.key, 'source_object_key', reason.source_object_key)), '[]')
                    FROM (
                        SELECT lists.key, below.source_object_key
                        FROM audience.list_members AS below
                        JOIN audience.recipient_lists AS lists ON lists.id = below.list_id
                        WHERE below.contact_id = page.contact_id AND below.source_object_key IS NOT NULL AND below.is_named
                            AND lists.audience_id = \(scope.audienceID) AND lists.client_id = \(scope.clientID)
                            AND lists.id <> \(listID) AND (\(key) = '<all>' OR starts_with(lists.key, \(key) || ':'))
                        ORDER BY lists.key
                        LIMIT 100
                    ) AS reason
                )
            ) END AS metadata
        FROM (
            SELECT members.*, sum(octet_length(members.metadata::text)) OVER (ORDER BY members.contact_id) - octet_length(members.metadata::text)
                AS preceding_bytes, count(*) OVER () AS page_count
            FROM (
                SELECT *
                FROM audience.list_members
                WHERE list_members.list_id = \(listID) AND list_members.contact_id > \(after)
                    AND (list_members.active OR \(includesRemoved))
                    AND (\(onlyKey)::text IS NULL OR list_members.source_object_key = \(onlyKey))
                ORDER BY list_members.contact_id
                LIMIT \(limit)
            ) AS members
        ) AS page
        JOIN audience.contacts ON contacts.id = page.contact_id AND contacts.organization_id = \(scope.organizationID)
        WHERE page.preceding_bytes < \(Self.maximumMetadata)
        ORDER BY page.contact_id
        """
    }

    struct Output: Sendable {
        var member: ListMember
        /// Of the page before it was cut.
        var pageCount: Int64
    }

    func decode(_ row: Row) throws -> Output {
        let member = ListMember(
            sourceObjectKey: try row.decode("key"),
            email: try row.decode("email"),
            contactID: try row.decode("contact_id"),
            isActive: try row.decode("active"),
            removedAt: try row.decodeIfPresent("removed_at"),
            metadata: try row.decode("metadata"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
        return Output(member: member, pageCount: try row.decode("page_count"))
    }
}

/// A page of active members for sending, along the list's key.
struct ListMemberColumnRows: Statement {
    static let sample = Self(organizationID: OrganizationID(1), listID: 1, after: ContactID(0), limit: 1)
    var organizationID: OrganizationID
    var listID: Int64
    var after: ContactID
    var limit: Int

    struct Output: Sendable {
        var contactID: Int64
        var email: String
        var key: String
        var metadata: String
        /// Of the page before it was cut.
        var pageCount: Int64
    }

    var sql: SQL {
        """
        SELECT page.page_count, page.contact_id, contacts.email,
            coalesce(page.source_object_key, 'cascade-contact:' || page.contact_id) AS key, page.metadata
        FROM (
            SELECT members.*, sum(octet_length(members.metadata)) OVER (ORDER BY members.contact_id) - octet_length(members.metadata)
                AS preceding_bytes, count(*) OVER () AS page_count
            FROM (
                SELECT list_members.contact_id, list_members.source_object_key, list_members.metadata::text AS metadata
                FROM audience.list_members
                WHERE list_members.list_id = \(listID) AND list_members.contact_id > \(after) AND list_members.active
                ORDER BY list_members.contact_id
                LIMIT \(limit)
            ) AS members
        ) AS page
        JOIN audience.contacts ON contacts.id = page.contact_id AND contacts.organization_id = \(organizationID)
        WHERE page.preceding_bytes < \(ListMemberPageRows.maximumMetadata)
        ORDER BY page.contact_id
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            contactID: try row.decode("contact_id"),
            email: try row.decode("email"),
            key: try row.decode("key"),
            metadata: try row.decode("metadata"),
            pageCount: try row.decode("page_count")
        )
    }
}
