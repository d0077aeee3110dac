import Model
import Postgres

/// Locks contacts in the order of their addresses: everything that belongs to a contact changes under this lock.
struct LockContacts: Statement {
    static let sample = Self(organizationID: OrganizationID(1), emails: ["a@example.com"])
    var organizationID: OrganizationID
    var emails: [String]
    var sql: SQL {
        """
        SELECT contacts.id
        FROM audience.contacts
        WHERE contacts.organization_id = \(organizationID) AND contacts.email = ANY(\(emails)::text[])
        ORDER BY contacts.email
        FOR NO KEY UPDATE
        """
    }
}
