import Model
import Postgres

/// Which of these addresses have a contact, as indexes into them: a fraction of the work of ``LookUpContacts``, for pages of mostly new
/// people.
struct FindContacts: Statement {
    static let sample = Self(organizationID: OrganizationID(1), emails: ["a@example.com"])
    var organizationID: OrganizationID
    var emails: [String]
    var sql: SQL {
        """
        SELECT (x.position - 1)::integer AS index
        FROM unnest(\(emails)::text[]) WITH ORDINALITY AS x (email, position)
        CROSS JOIN LATERAL (
            SELECT contacts.id
            FROM audience.contacts
            WHERE contacts.organization_id = \(organizationID) AND contacts.email = x.email
            OFFSET 0
        ) AS contacts
        """
    }

    func decode(_ row: Row) throws -> Int { Int(try row.decode("index", as: Int32.self)) }
}

/// Takes ids for contacts that are about to be copied in, ascending.
struct ReserveContactIDs: Statement {
    static let sample = Self(count: 1)
    var count: Int
    var sql: SQL {
        """
        SELECT array_agg(nextval('audience.contacts_id_seq')) AS ids
        FROM generate_series(1, \(count)::bigint)
        """
    }

    func decode(_ row: Row) throws -> [Int64] { try row.decodeIfPresent("ids") ?? [] }
}
