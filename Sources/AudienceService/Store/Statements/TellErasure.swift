import Model
import Postgres

/// Puts the news of an erasure for Campaign and Tracking into the outbox, in its transaction.
struct TellErasure: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        INSERT INTO audience.outbox (destination, method, params)
        SELECT service, service || '.eraseContact',
            jsonb_build_object('organizationID', \(organizationID)::bigint, 'contactID', \(contactID)::bigint)::text
        FROM unnest(ARRAY['campaign', 'tracking']) AS service
        """
    }
}
