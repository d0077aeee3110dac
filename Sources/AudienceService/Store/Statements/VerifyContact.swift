import Contracts
import Model
import Postgres

/// Marks a contact as verified or not; the first time stays unless another is given.
///
/// The caller holds the contact's lock.
struct VerifyContact: Statement {
    static let sample = Self(contactID: ContactID(1), verified: true, givenAt: nil, now: Timestamp(microseconds: 0))
    var contactID: ContactID
    var verified: Bool
    var givenAt: Timestamp?
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.contacts
        SET verified_at = CASE WHEN \(verified) THEN coalesce(\(givenAt)::timestamptz, contacts.verified_at, \(now)::timestamptz) END,
            updated_at = \(now)
        WHERE contacts.id = \(contactID)
            AND contacts.verified_at IS DISTINCT FROM
                CASE WHEN \(verified) THEN coalesce(\(givenAt)::timestamptz, contacts.verified_at, \(now)::timestamptz) END
        """
    }
}

/// Marks a client's subscription as verified or not; the first time stays.
///
/// The caller holds the contact's lock.
struct VerifySubscription: Statement {
    static let sample = Self(
        scope: ContactStatusesByID.sample.scope,
        contactID: ContactID(1),
        verified: true,
        at: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var contactID: ContactID
    var verified: Bool
    var at: Timestamp
    var sql: SQL {
        """
        UPDATE audience.subscriptions
        SET verified_at = CASE WHEN \(verified) THEN coalesce(subscriptions.verified_at, \(at)::timestamptz) END
        WHERE subscriptions.audience_id = \(scope.audienceID) AND subscriptions.client_id = \(scope.clientID)
            AND subscriptions.contact_id = \(contactID) AND (subscriptions.verified_at IS NOT NULL) <> \(verified)
        """
    }
}
