import Model
import Postgres

/// Keeps a page of a request's members; one that is kept already stays.
struct AddListUpload: Statement {
    static let sample = Self(organizationID: OrganizationID(1), upload: "u", sequence: 0, members: "[]")
    var organizationID: OrganizationID
    var upload: String
    var sequence: Int32
    var members: String
    var sql: SQL {
        """
        INSERT INTO audience.list_uploads (organization_id, upload, sequence, members)
        VALUES (\(organizationID), \(upload), \(sequence), \(members))
        ON CONFLICT (organization_id, upload, sequence) DO NOTHING
        """
    }
}

struct ListUploadPages: Statement {
    static let sample = Self(organizationID: OrganizationID(1), upload: "u")
    var organizationID: OrganizationID
    var upload: String
    var sql: SQL {
        """
        SELECT members
        FROM audience.list_uploads
        WHERE organization_id = \(organizationID) AND upload = \(upload)
        ORDER BY sequence
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("members") }
}

/// Forgets pages that were applied or never asked for.
struct PruneListUploads: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        DELETE FROM audience.list_uploads
        WHERE created_at < now() - interval '1 hour'
        """
    }
}
