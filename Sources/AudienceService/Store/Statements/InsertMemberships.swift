import Model
import Postgres

/// Gives contacts their row in an audience.
///
/// The caller holds the contacts' locks.
struct InsertMemberships: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactIDs: [1], tagIDs: ["{}"])
    var audienceID: AudienceID
    var contactIDs: [Int64]
    /// Array literals: `{1,2}`.
    var tagIDs: [String]
    var sql: SQL {
        """
        INSERT INTO audience.memberships (audience_id, contact_id, tag_ids)
        SELECT \(audienceID), x.contact_id, x.tag_ids::integer[]
        FROM unnest(\(contactIDs)::bigint[], \(tagIDs)::text[]) AS x (contact_id, tag_ids)
        """
    }
}

/// Replaces the tags of contacts in an audience.
///
/// The caller holds the contacts' locks.
struct UpdateMembershipTags: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactIDs: [1], tagIDs: ["{}"])
    var audienceID: AudienceID
    var contactIDs: [Int64]
    var tagIDs: [String]
    var sql: SQL {
        """
        UPDATE audience.memberships
        SET tag_ids = x.tag_ids::integer[]
        FROM unnest(\(contactIDs)::bigint[], \(tagIDs)::text[]) AS x (contact_id, tag_ids)
        WHERE memberships.audience_id = \(audienceID) AND memberships.contact_id = x.contact_id
        """
    }
}
