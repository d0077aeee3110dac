import Model
import Postgres

/// Locks one contact of an organization; nothing when there is none.
struct LockContact: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        SELECT contacts.id
        FROM audience.contacts
        WHERE contacts.id = \(contactID) AND contacts.organization_id = \(organizationID)
        FOR NO KEY UPDATE
        """
    }

    func decode(_ row: Row) throws -> ContactID { try row.decode("id") }
}
