import Contracts
import Model
import Postgres

/// The parameters of a ``ContactFilter``, as statements bind them: empty and nil ask nothing.
struct ContactFilterBindings: Sendable {
    var filter = ContactFilter()
    /// Of `filter.tags`; a tag that does not exist has an id that nobody has.
    var tagIDs: [Int32] = []

    var suppression: String? { filter.suppression?.rawValue }
    var status: String? { filter.status?.rawValue }
    var validationStatus: String? { filter.validationStatus?.rawValue }
}

/// One page of a client's contacts, read along the key of the subscriptions; it ends early when its attributes grow large.
struct ContactPageRows: Statement {
    /// More than this does not fit into one answer, as JSON, in bytes; one contact always fits.
    static let maximumBytes = 4 << 20
    static let sample = Self(scope: ContactStatusesByID.sample.scope, filter: ContactFilterBindings(), after: ContactID(0), limit: 1)
    var scope: AudienceScope
    var filter: ContactFilterBindings
    var after: ContactID
    var limit: Int

    var sql: SQL {
        """
        SELECT page.*
        FROM (
            SELECT found.*, count(*) OVER () AS page_count, sum(found.bytes) OVER (ORDER BY found.id) AS total_bytes
            FROM (
                SELECT \(unescaped: ContactColumns.select),
                    octet_length(jsonb_build_array(
                        contacts.attributes, contacts.validation_reason, memberships.unsubscribe_reason, subscriptions.unsubscribe_reason
                    )::text) + 200 * coalesce(cardinality(memberships.tag_ids), 0) AS bytes
                FROM audience.subscriptions
                JOIN audience.contacts ON contacts.id = subscriptions.contact_id AND contacts.organization_id = \(scope.organizationID)
                LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID)
                    AND memberships.contact_id = subscriptions.contact_id
                WHERE subscriptions.audience_id = \(scope.audienceID) AND subscriptions.client_id = \(scope.clientID)
                    AND subscriptions.contact_id > \(after)
                    AND (cardinality(\(filter.tagIDs)::integer[]) = 0 OR memberships.tag_ids @> \(filter.tagIDs)::integer[])
                    AND (\(filter.status)::text IS NULL OR subscriptions.status = \(filter.status)::text)
                    AND (\(filter.filter.verified)::boolean IS NULL
                        OR \(filter.filter.verified)::boolean = (contacts.verified_at IS NOT NULL OR subscriptions.verified_at IS NOT NULL))
                    AND (\(filter.validationStatus)::text IS NULL OR contacts.validation_status = \(filter.validationStatus)::text)
                    AND CASE coalesce(\(filter.suppression)::text, '')
                        WHEN 'none' THEN contacts.global_unsubscribed_at IS NULL AND contacts.hard_bounced_at IS NULL
                            AND contacts.complained_at IS NULL
                        WHEN 'any' THEN contacts.global_unsubscribed_at IS NOT NULL OR contacts.hard_bounced_at IS NOT NULL
                            OR contacts.complained_at IS NOT NULL
                        WHEN 'global_unsubscribed' THEN contacts.global_unsubscribed_at IS NOT NULL
                        WHEN 'hard_bounced' THEN contacts.hard_bounced_at IS NOT NULL
                        WHEN 'complained' THEN contacts.complained_at IS NOT NULL
                        ELSE true
                    END
                    AND (\(filter.filter.updatedSince)::timestamptz IS NULL OR contacts.updated_at >= \(filter.filter.updatedSince)::timestamptz)
                ORDER BY subscriptions.contact_id
                LIMIT \(limit)
            ) AS found
        ) AS page
        WHERE page.total_bytes <= \(Self.maximumBytes) OR page.total_bytes = page.bytes
        ORDER BY page.id
        """
    }

    struct Output: Sendable {
        var contact: StoredContact
        /// Of the page before it was cut.
        var pageCount: Int64
    }

    func decode(_ row: Row) throws -> Output {
        Output(contact: try StoredContact(row), pageCount: try row.decode("page_count"))
    }
}
