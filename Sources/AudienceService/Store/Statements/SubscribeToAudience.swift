import Model
import Postgres

/// Subscribes a contact to a whole audience; an opt-out stays unless `revives`.
///
/// The caller holds the contact's lock.
struct SubscribeToAudience: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactID: ContactID(1), revives: false, now: Timestamp(microseconds: 0))
    var audienceID: AudienceID
    var contactID: ContactID
    var revives: Bool
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.memberships
        SET status = 'subscribed',
            verified_at = coalesce(memberships.verified_at, \(now)::timestamptz),
            unsubscribed_at = NULL,
            unsubscribe_reason = ''
        WHERE memberships.audience_id = \(audienceID) AND memberships.contact_id = \(contactID)
            AND (memberships.status IS DISTINCT FROM 'unsubscribed' OR \(revives))
        """
    }
}
