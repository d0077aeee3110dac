import Model
import Postgres

/// Remembers that a contact is erased, so that late events about it come without who it was.
struct RememberErasure: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), contactID: ContactID(1)) }

    var organizationID: OrganizationID
    var contactID: ContactID

    var sql: SQL {
        """
        INSERT INTO tracking.erased_contacts (contact_id, organization_id)
        VALUES (\(contactID), \(organizationID))
        ON CONFLICT (contact_id) DO NOTHING
        """
    }
}

/// Takes out of a contact's events all that says who it was, the requests in the log included; counts events and waiting callbacks.
struct EraseActivity: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), contactID: ContactID(1)) }

    struct Counts: Sendable {
        var events: Int
        var callbacks: Int
    }

    var organizationID: OrganizationID
    var contactID: ContactID

    var sql: SQL {
        """
        WITH concerned AS MATERIALIZED (
            SELECT activity.id, activity.log_event_id, activity.occurred_at
            FROM tracking.activity
            WHERE activity.contact_id = \(contactID) AND activity.contact_id > 0 AND activity.organization_id = \(organizationID)
            FOR UPDATE
        ), anonymous AS (
            UPDATE tracking.activity
            SET contact_id = 0, email = '', metadata = '{}'
            FROM concerned
            WHERE activity.id = concerned.id
            RETURNING activity.id
        ), requests AS (
            UPDATE tracking.events
            SET url = '', user_agent = '', address = ''
            FROM concerned
            WHERE events.event_id = concerned.log_event_id AND events.occurred_at = concerned.occurred_at
        ), callbacks AS (
            SELECT deliveries.id
            FROM concerned
            JOIN tracking.deliveries ON deliveries.event_id = concerned.id
            JOIN tracking.endpoints ON endpoints.id = deliveries.endpoint_id
            WHERE endpoints.organization_id = \(organizationID) AND endpoints.format = 'callback' AND deliveries.state = 'pending'
        ), dropped AS (
            DELETE FROM tracking.deliveries
            USING callbacks
            WHERE deliveries.id = callbacks.id
            RETURNING deliveries.id
        )
        SELECT (SELECT pg_catalog.count(*) FROM anonymous) AS events, (SELECT pg_catalog.count(*) FROM dropped) AS callbacks
        """
    }

    func decode(_ row: Row) throws -> Counts { Counts(events: try row.decode("events"), callbacks: try row.decode("callbacks")) }
}
