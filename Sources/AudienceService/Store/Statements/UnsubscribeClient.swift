import Contracts
import Model
import Postgres

/// Ends a contact's subscription to a client, and records the opt-out of one who had none.
///
/// The first time and reason stay. The caller holds the contact's lock and has given it a row in the audience.
struct UnsubscribeClient: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        contactID: ContactID(1),
        reason: "",
        occurredAt: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var contactID: ContactID
    var reason: String
    var occurredAt: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, unsubscribed_at, unsubscribe_reason, source)
        VALUES (\(scope.audienceID), \(scope.clientID), \(contactID), 'unsubscribed', \(occurredAt), \(reason), 'unsubscribe')
        ON CONFLICT (audience_id, client_id, contact_id) DO UPDATE
        SET status = EXCLUDED.status,
            unsubscribed_at = EXCLUDED.unsubscribed_at,
            unsubscribe_reason = EXCLUDED.unsubscribe_reason
        WHERE subscriptions.status <> 'unsubscribed'
        """
    }
}

/// Ends a contact's subscriptions in a whole audience.
///
/// The first time and reason stay. The caller holds the contact's lock.
struct UnsubscribeFromAudience: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactID: ContactID(1), reason: "", occurredAt: Timestamp(microseconds: 0))
    var audienceID: AudienceID
    var contactID: ContactID
    var reason: String
    var occurredAt: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.memberships (audience_id, contact_id, status, unsubscribed_at, unsubscribe_reason)
        VALUES (\(audienceID), \(contactID), 'unsubscribed', \(occurredAt), \(reason))
        ON CONFLICT (audience_id, contact_id) DO UPDATE
        SET status = EXCLUDED.status,
            unsubscribed_at = EXCLUDED.unsubscribed_at,
            unsubscribe_reason = EXCLUDED.unsubscribe_reason
        WHERE memberships.status IS DISTINCT FROM 'unsubscribed'
        """
    }
}

/// Ends everything for a contact.
///
/// The first time and reason stay. The caller holds the contact's lock.
struct UnsubscribeGlobally: Statement {
    static let sample = Self(contactID: ContactID(1), reason: "", occurredAt: Timestamp(microseconds: 0))
    var contactID: ContactID
    var reason: String
    var occurredAt: Timestamp
    var sql: SQL {
        """
        UPDATE audience.contacts
        SET global_unsubscribed_at = \(occurredAt), global_unsubscribe_reason = \(reason), updated_at = now()
        WHERE contacts.id = \(contactID) AND contacts.global_unsubscribed_at IS NULL
        """
    }
}

/// Gives a contact its row in an audience when it has none.
struct EnsureMembership: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactID: ContactID(1))
    var audienceID: AudienceID
    var contactID: ContactID
    var sql: SQL {
        """
        INSERT INTO audience.memberships (audience_id, contact_id)
        VALUES (\(audienceID), \(contactID))
        ON CONFLICT (audience_id, contact_id) DO NOTHING
        """
    }
}
