import Contracts
import Model
import Postgres

/// An audience by slug inside an organization.
struct AudienceBySlug: Statement {
    static let sample = Self(organizationID: OrganizationID(1), slug: "main")
    var organizationID: OrganizationID
    var slug: String
    var sql: SQL {
        """
        SELECT audiences.id, audiences.slug, audiences.name
        FROM audience.audiences
        WHERE audiences.organization_id = \(organizationID) AND audiences.slug = \(slug)
        """
    }

    func decode(_ row: Row) throws -> ResolvedAudience {
        ResolvedAudience(audienceID: try row.decode("id"), slug: try row.decode("slug"), name: try row.decode("name"))
    }
}

/// Whether an organization of this slug exists, and its id.
struct OrganizationBySlug: Statement {
    static let sample = Self(slug: "acme")
    var slug: String
    var sql: SQL {
        """
        SELECT organizations.id
        FROM audience.organizations
        WHERE organizations.slug = \(slug)
        """
    }

    func decode(_ row: Row) throws -> OrganizationID { try row.decode("id") }
}
