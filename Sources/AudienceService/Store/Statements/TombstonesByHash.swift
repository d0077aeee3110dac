import Model
import Postgres

/// Which of these keyed hashes (lower-case hex) belong to erased people.
struct TombstonesByHash: Statement {
    static let sample = Self(organizationID: OrganizationID(1), hashes: ["00"])
    var organizationID: OrganizationID
    var hashes: [String]
    var sql: SQL {
        """
        SELECT encode(tombstones.email_hash, 'hex') AS email_hash
        FROM unnest(\(hashes)::text[]) AS x (hash)
        JOIN audience.tombstones ON tombstones.organization_id = \(organizationID) AND tombstones.email_hash = decode(x.hash, 'hex')
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("email_hash") }
}
