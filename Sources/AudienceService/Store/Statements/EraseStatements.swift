import Model
import Postgres

/// The key under which the addresses of an organization's erased people are hashed, in hex.
struct TombstoneKey: Statement {
    static let sample = Self(organizationID: OrganizationID(1))
    var organizationID: OrganizationID
    var sql: SQL {
        """
        SELECT encode(organizations.tombstone_key, 'hex') AS tombstone_key
        FROM audience.organizations
        WHERE organizations.id = \(organizationID)
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("tombstone_key") }
}

/// Leaves the keyed hash of an erased address.
struct AddTombstone: Statement {
    static let sample = Self(organizationID: OrganizationID(1), emailHash: String(repeating: "0", count: 64))
    var organizationID: OrganizationID
    /// Hex.
    var emailHash: String
    var sql: SQL {
        """
        INSERT INTO audience.tombstones (organization_id, email_hash)
        VALUES (\(organizationID), decode(\(emailHash), 'hex'))
        ON CONFLICT (organization_id, email_hash) DO NOTHING
        """
    }
}

/// Removes everything that hangs on a contact, but for the contact and the lists, and counts it.
///
/// The caller holds the contact's lock.
struct DeleteContactRows: Statement {
    struct Output: Sendable {
        var subscriptions: Int64
        var preferences: Int64
        var tags: Int64
        var consents: Int64
    }

    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        WITH preferences AS (
            DELETE FROM audience.category_preferences WHERE category_preferences.contact_id = \(contactID) RETURNING 1
        ),
        consents AS (
            DELETE FROM audience.consents WHERE consents.contact_id = \(contactID) RETURNING 1
        ),
        changes AS (
            DELETE FROM audience.suppression_changes WHERE suppression_changes.contact_id = \(contactID)
        ),
        told AS (
            UPDATE audience.provider_suppressions SET contact_id = NULL WHERE provider_suppressions.contact_id = \(contactID)
        ),
        subscriptions AS (
            DELETE FROM audience.subscriptions
            USING audience.audiences, audience.clients
            WHERE audiences.organization_id = \(organizationID) AND clients.organization_id = \(organizationID)
                AND subscriptions.audience_id = audiences.id AND subscriptions.client_id = clients.id
                AND subscriptions.contact_id = \(contactID)
            RETURNING 1
        ),
        memberships AS (
            DELETE FROM audience.memberships
            USING audience.audiences
            WHERE audiences.organization_id = \(organizationID) AND memberships.audience_id = audiences.id
                AND memberships.contact_id = \(contactID)
            RETURNING cardinality(memberships.tag_ids) AS tag_count, memberships.status
        )
        SELECT (SELECT count(*) FROM subscriptions) + (SELECT count(*) FROM memberships WHERE status IS NOT NULL) AS subscriptions,
            (SELECT count(*) FROM preferences) AS preferences, (SELECT count(*) FROM consents) AS consents,
            (SELECT coalesce(sum(tag_count), 0)::bigint FROM memberships) AS tags
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            subscriptions: try row.decode("subscriptions"),
            preferences: try row.decode("preferences"),
            tags: try row.decode("tags"),
            consents: try row.decode("consents")
        )
    }
}

/// Removes a contact itself.
struct DeleteContact: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        DELETE FROM audience.contacts
        WHERE contacts.id = \(contactID) AND contacts.organization_id = \(organizationID)
        """
    }
}
