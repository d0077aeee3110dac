import Model
import Postgres

/// Adds contacts; an address that another transaction added meanwhile is left out of the answer.
struct InsertContacts: Statement {
    static let sample = Self(
        organizationID: OrganizationID(1),
        importJobID: nil,
        now: Timestamp(microseconds: 0),
        emails: ["a@example.com"],
        originals: [""],
        attributes: [RawJSONText("{}")],
        items: [0]
    )
    var organizationID: OrganizationID
    var importJobID: ImportJobID?
    var now: Timestamp
    /// In the order of their bytes, so that two imports meet in one order.
    var emails: [String]
    var originals: [String]
    var attributes: [RawJSONText]
    var items: [Int32]

    struct Output: Sendable {
        var id: Int64
        var email: String
    }

    var sql: SQL {
        """
        INSERT INTO audience.contacts (organization_id, email, email_original, attributes, import_job_id, import_item, created_at, updated_at)
        SELECT \(organizationID), x.email, NULLIF(x.original, ''), audience.merged_attributes('{}', x.attributes),
            \(importJobID), NULLIF(x.item, 0), \(now), \(now)
        FROM unnest(\(emails)::text[], \(originals)::text[], \(attributes)::jsonb[], \(items)::integer[]) AS x (email, original, attributes, item)
        ON CONFLICT (organization_id, email) DO NOTHING
        RETURNING contacts.id, contacts.email
        """
    }

    func decode(_ row: Row) throws -> Output { Output(id: try row.decode("id"), email: try row.decode("email")) }
}
