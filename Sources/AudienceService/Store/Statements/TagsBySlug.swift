import Model
import Postgres

/// The ids of an audience's tags by slug; unknown ones are left out.
struct TagsBySlug: Statement {
    static let sample = Self(audienceID: AudienceID(1), slugs: ["a"])
    var audienceID: AudienceID
    var slugs: [String]

    struct Output: Sendable {
        var id: Int32
        var slug: String
    }

    var sql: SQL {
        """
        SELECT tags.id, tags.slug
        FROM audience.tags
        WHERE tags.audience_id = \(audienceID) AND tags.slug = ANY(\(slugs)::text[])
        """
    }

    func decode(_ row: Row) throws -> Output { Output(id: try row.decode("id"), slug: try row.decode("slug")) }
}

/// Adds tags that are not there yet, in the order of their slugs so that two imports meet in one order.
struct AddTags: Statement {
    static let sample = Self(audienceID: AudienceID(1), slugs: ["a"])
    var audienceID: AudienceID
    /// Sorted.
    var slugs: [String]
    var sql: SQL {
        """
        INSERT INTO audience.tags (audience_id, slug, name)
        SELECT \(audienceID), x.slug, x.slug
        FROM unnest(\(slugs)::text[]) AS x (slug)
        ON CONFLICT (audience_id, slug) DO NOTHING
        """
    }
}
