import Contracts
import JSON
import Model
import Postgres

/// The columns of an event as feed, history and webhooks show it; a request on a link brings what the log has of it.
enum ActivityColumns {
    static let list: StaticString = """
        activity.id, activity.type, activity.occurred_at, activity.client_id, activity.audience_id, activity.contact_id, activity.email, activity.campaign_id,
            activity.recipient_id, activity.transactional_message_id,
            CASE
                WHEN activity.log_event_id IS NULL THEN activity.metadata
                ELSE activity.metadata || pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                    'classification', NULLIF(events.classification, ''),
                    'classification_reason', NULLIF(events.classification_reason, ''),
                    'url', NULLIF(events.url, ''),
                    'scope', NULLIF(events.unsubscribe_scope, '')
                ))
            END AS metadata
        """

    static func decode(_ row: Row) throws -> StoredEvent {
        let contact: Int64 = try row.decode("contact_id")
        var event = StoredEvent(
            id: try row.decode("id"),
            type: try row.decode("type"),
            occurredAt: try row.decode("occurred_at"),
            audienceID: try row.decodeIfPresent("audience_id"),
            contactID: contact > 0 ? ContactID(contact) : nil,
            email: try row.decode("email"),
            campaignID: try row.decodeIfPresent("campaign_id"),
            recipientID: try row.decodeIfPresent("recipient_id"),
            transactionalMessageID: try row.decodeIfPresent("transactional_message_id"),
            metadata: try row.decode("metadata")
        )
        let client: Int64 = try row.decode("client_id")
        event.clientID = client > 0 ? ClientID(client) : nil
        return event
    }
}

extension EventType: PostgresDecodable, PostgresEncodable {}

/// A page of a client's feed: two index ranges (its own events, those of the whole organization), each read only as far as the page needs.
struct FeedPage: Statement {
    static var sample: Self {
        Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), after: 0, limit: 1, types: [])
    }

    var scope: ClientScope
    var after: Int64
    var limit: Int
    var types: [String]

    var sql: SQL {
        """
        WITH page AS MATERIALIZED (
            SELECT found.id
            FROM (
                (
                    SELECT activity.id
                    FROM tracking.activity
                    WHERE activity.organization_id = \(scope.organizationID) AND activity.client_id = \(scope.clientID)
                        AND activity.id > \(after) AND (\(types) = '{}'::text[] OR activity.type = ANY (\(types)))
                    ORDER BY activity.id
                    LIMIT \(limit)
                )
                UNION ALL
                (
                    SELECT activity.id
                    FROM tracking.activity
                    WHERE activity.organization_id = \(scope.organizationID) AND activity.client_id = 0
                        AND activity.id > \(after) AND (\(types) = '{}'::text[] OR activity.type = ANY (\(types)))
                    ORDER BY activity.id
                    LIMIT \(limit)
                )
            ) AS found
            ORDER BY found.id
            LIMIT \(limit)
        )
        SELECT \(unescaped: ActivityColumns.list)
        FROM page
        JOIN tracking.activity ON activity.id = page.id
        LEFT JOIN tracking.events ON events.event_id = activity.log_event_id AND events.occurred_at = activity.occurred_at
        ORDER BY activity.id
        """
    }

    func decode(_ row: Row) throws -> StoredEvent { try ActivityColumns.decode(row) }
}

/// One contact's events, newest first, inside one organization (I7).
struct ContactActivityPage: Statement {
    static var sample: Self {
        Self(organizationID: OrganizationID(1), clientID: nil, contactID: ContactID(1), before: 1, limit: 1)
    }

    var organizationID: OrganizationID
    var clientID: ClientID?
    var contactID: ContactID
    var before: Int64
    var limit: Int

    var sql: SQL {
        """
        SELECT \(unescaped: ActivityColumns.list)
        FROM tracking.activity
        LEFT JOIN tracking.events ON events.event_id = activity.log_event_id AND events.occurred_at = activity.occurred_at
        WHERE activity.contact_id = \(contactID) AND activity.contact_id > 0 AND activity.id < \(before)
            AND activity.organization_id = \(organizationID)
            AND (\(clientID)::bigint IS NULL OR activity.client_id IN (0, \(clientID)::bigint))
        ORDER BY activity.id DESC
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> StoredEvent { try ActivityColumns.decode(row) }
}
