import Model
import Postgres

/// The contact of an address; nothing when there is none.
struct ContactIDByEmail: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com")
    var organizationID: OrganizationID
    /// Normalised.
    var email: String
    var sql: SQL {
        """
        SELECT contacts.id
        FROM audience.contacts
        WHERE contacts.organization_id = \(organizationID) AND contacts.email = \(email)
        """
    }

    func decode(_ row: Row) throws -> ContactID { try row.decode("id") }
}

/// Locks the contact of an address; nothing when there is none.
struct LockContactByEmail: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com")
    var organizationID: OrganizationID
    /// Normalised.
    var email: String
    var sql: SQL {
        """
        SELECT contacts.id
        FROM audience.contacts
        WHERE contacts.organization_id = \(organizationID) AND contacts.email = \(email)
        FOR NO KEY UPDATE
        """
    }

    func decode(_ row: Row) throws -> ContactID { try row.decode("id") }
}

/// Adds a contact that is in no audience, unless the address is there.
struct InsertBareContact: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com", original: "", now: Timestamp(microseconds: 0))
    var organizationID: OrganizationID
    /// Normalised.
    var email: String
    /// As it was written; empty when that is the same.
    var original: String
    var now: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.contacts (organization_id, email, email_original, created_at, updated_at)
        VALUES (\(organizationID), \(email), NULLIF(\(original)::text, ''), \(now), \(now))
        ON CONFLICT (organization_id, email) DO NOTHING
        """
    }
}
