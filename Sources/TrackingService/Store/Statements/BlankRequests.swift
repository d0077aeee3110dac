import Model
import Postgres

/// Takes out of requests in the log all that says who it was, where the person is erased: a contact of 0, or one of the erased.
struct BlankRequests: Statement {
    static var sample: Self { Self() }

    var eventIDs: [String] = []
    var occurredAt: [Timestamp] = []
    var contactIDs: [Int64] = []

    var isEmpty: Bool { eventIDs.isEmpty }

    mutating func append(_ eventID: String, _ occurredAt: Timestamp, contactID: Int64) {
        eventIDs.append(eventID)
        self.occurredAt.append(occurredAt)
        contactIDs.append(contactID)
    }

    var sql: SQL {
        """
        WITH erased AS MATERIALIZED (
            SELECT named.event_id::uuid AS event_id, named.occurred_at
            FROM unnest(\(eventIDs), \(occurredAt), \(contactIDs)) AS named (event_id, occurred_at, contact_id)
            WHERE named.contact_id = 0
                OR named.contact_id IN (SELECT erased_contacts.contact_id FROM tracking.erased_contacts)
        )
        UPDATE tracking.events
        SET url = '', user_agent = '', address = ''
        FROM erased
        WHERE events.event_id = erased.event_id AND events.occurred_at = erased.occurred_at
        """
    }
}
