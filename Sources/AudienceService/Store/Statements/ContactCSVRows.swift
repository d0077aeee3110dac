import Contracts
import Model
import Postgres

/// One page of a client's contacts as the lines of a CSV, of at most so many bytes; the columns are those of ``ContactCSV``.
///
/// The words for the tags are looked up once for each distinct set of them.
struct ContactCSVRows: Statement {
    static let sample = Self(
        known: KnownScope(scope: ContactStatusesByID.sample.scope, audienceSlug: "", clientSlug: "", tombstoneKey: ""),
        filter: ContactFilterBindings(),
        after: ContactID(0),
        limit: 1,
        maximumBytes: 1
    )
    var known: KnownScope
    var filter: ContactFilterBindings
    var after: ContactID
    var limit: Int
    /// The page ends after the line that passes it.
    var maximumBytes: Int

    struct Output: Sendable {
        var csv: String
        /// The contact of the last line; nil for an empty page.
        var last: ContactID?
        var lineCount: Int64
        /// How many there were to choose from; fewer than the limit means that nobody comes after them.
        var rowCount: Int64
    }

    private var scope: AudienceScope { known.scope }

    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT contacts.id, contacts.email, memberships.tag_ids, subscriptions.status, subscriptions.verified_at,
                contacts.validation_status, contacts.validation_reason, contacts.validated_at,
                contacts.global_unsubscribed_at IS NOT NULL AS is_global, contacts.hard_bounced_at IS NOT NULL AS is_bounced,
                contacts.complained_at IS NOT NULL AS is_complained, subscriptions.unsubscribed_at, subscriptions.unsubscribe_reason,
                contacts.updated_at, contacts.attributes
            FROM audience.subscriptions
            JOIN audience.contacts ON contacts.id = subscriptions.contact_id AND contacts.organization_id = \(scope.organizationID)
                AND contacts.id > \(after)
            LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID)
                AND memberships.contact_id = subscriptions.contact_id AND memberships.contact_id > \(after)
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
        ),
        sets AS MATERIALIZED (
            SELECT named.tag_ids,
                audience.csv_cell(
                    array_to_string(ARRAY(SELECT tags.slug FROM audience.tags WHERE tags.id = ANY(named.tag_ids) ORDER BY tags.slug), ';')
                ) AS cell
            FROM (SELECT DISTINCT page.tag_ids FROM page) AS named
        ),
        lines AS MATERIALIZED (
            SELECT page.id,
                audience.csv_cell(page.email) || \("," + known.audienceSlug + "," + known.clientSlug + ",")::text || coalesce(sets.cell, '')
                || ',' || page.status || CASE WHEN page.verified_at IS NULL THEN ',False,' ELSE ',True,' END || audience.csv_time(page.verified_at)
                || ',' || page.validation_status || ',' || audience.csv_cell(page.validation_reason) || ',' || audience.csv_time(page.validated_at)
                || CASE WHEN page.is_global THEN ',True' ELSE ',False' END || CASE WHEN page.is_bounced THEN ',True' ELSE ',False' END
                || CASE WHEN page.is_complained THEN ',True' ELSE ',False' END
                || CASE WHEN page.status = 'unsubscribed' THEN ',True,' ELSE ',False,' END || audience.csv_time(page.unsubscribed_at)
                || ',' || audience.csv_cell(page.unsubscribe_reason) || ',' || audience.csv_time(page.updated_at)
                || ',' || CASE WHEN page.attributes = '{}' THEN '{}' ELSE '"' || replace(page.attributes::text, '"', '""') || '"' END
                || E'\\r\\n' AS line
            FROM page
            LEFT JOIN sets ON sets.tag_ids = page.tag_ids
        ),
        sized AS (
            SELECT lines.id, lines.line, sum(octet_length(lines.line)) OVER (ORDER BY lines.id) - octet_length(lines.line) AS before
            FROM lines
        )
        SELECT coalesce(string_agg(sized.line, '' ORDER BY sized.id), '') AS csv, max(sized.id) AS last, count(*) AS line_count,
            (SELECT count(*) FROM page) AS row_count
        FROM sized
        WHERE sized.before < \(maximumBytes)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            csv: try row.decode("csv"),
            last: try row.decodeIfPresent("last", as: Int64.self).map { ContactID($0) },
            lineCount: try row.decode("line_count"),
            rowCount: try row.decode("row_count")
        )
    }
}

/// Lets a page be planned along keys, for the sizes of this moment; joins of a page in memory stay as they are.
struct PlanPageByKeys: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
            set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)
        """
    }
}
