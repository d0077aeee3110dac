import Contracts
import Model
import Postgres

/// Changes the tags of one contact in an audience; nothing when they are so already.
///
/// The caller holds the contact's lock.
struct ChangeTags: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactID: ContactID(1), change: .replace, tagIDs: [])
    var audienceID: AudienceID
    var contactID: ContactID
    var change: SetContactTags.Change
    var tagIDs: [Int32]
    var sql: SQL {
        """
        UPDATE audience.memberships
        SET tag_ids = wanted.tag_ids
        FROM (
            SELECT ARRAY(
                SELECT DISTINCT tag.id
                FROM (
                    SELECT unnest(\(tagIDs)::integer[]) AS id WHERE \(change.rawValue) <> 'remove'
                    UNION ALL
                    SELECT unnest(stored.tag_ids) WHERE \(change.rawValue) <> 'replace'
                ) AS tag
                WHERE \(change.rawValue) <> 'remove' OR tag.id <> ALL(\(tagIDs)::integer[])
                ORDER BY tag.id
            ) AS tag_ids
            FROM audience.memberships AS stored
            WHERE stored.audience_id = \(audienceID) AND stored.contact_id = \(contactID)
        ) AS wanted
        WHERE memberships.audience_id = \(audienceID) AND memberships.contact_id = \(contactID)
            AND memberships.tag_ids <> wanted.tag_ids
        """
    }
}
