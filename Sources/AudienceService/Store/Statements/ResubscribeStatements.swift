import Contracts
import Model
import Postgres

/// Keeps a consent that was given and carried out at once; nothing when this very consent is stored.
///
/// The caller holds the contact's lock.
struct AddGivenConsent: Statement {
    static let sample = Self(
        request: ResubscribeContact(
            scope: ContactStatusesByID.sample.scope,
            contactID: ContactID(1),
            subscribeScope: .client,
            consentID: 1,
            wording: "",
            source: "",
            requestedFrom: "",
            occurredAt: Timestamp(microseconds: 0)
        )
    )
    var request: ResubscribeContact
    var sql: SQL {
        """
        INSERT INTO audience.consents (
            id, organization_id, audience_id, client_id, contact_id, wording, source, scope, requested_at, requested_from, expires_at,
            confirmed_at, confirmed_from
        )
        VALUES (
            \(request.consentID), \(request.scope.organizationID), \(request.scope.audienceID), \(request.scope.clientID), \(request.contactID),
            \(request.wording), \(request.source), \(request.subscribeScope.rawValue), \(request.occurredAt), \(request.requestedFrom),
            \(request.occurredAt), \(request.occurredAt), \(request.requestedFrom)
        )
        ON CONFLICT (id) DO NOTHING
        """
    }
}

/// Whether the person consented again after `occurredAt` to what an opt-out of that moment would end.
struct YoungerConsent: Statement {
    static let sample = Self(
        scope: ContactStatusesByID.sample.scope,
        contactID: ContactID(1),
        unsubscribeScope: .client,
        occurredAt: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var contactID: ContactID
    var unsubscribeScope: UnsubscribeScope
    var occurredAt: Timestamp
    var sql: SQL {
        """
        SELECT consents.id
        FROM audience.consents
        WHERE consents.contact_id = \(contactID) AND consents.organization_id = \(scope.organizationID)
            AND consents.scope = \(unsubscribeScope.rawValue) AND consents.confirmed_at > \(occurredAt)
            AND (consents.scope = 'global' OR consents.audience_id = \(scope.audienceID))
            AND (consents.scope <> 'client' OR consents.client_id = \(scope.clientID))
        LIMIT 1
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}

/// Ends an opt-out of a whole audience, unless it is younger.
///
/// The caller holds the contact's lock.
struct ResubscribeToAudience: Statement {
    static let sample = Self(audienceID: AudienceID(1), contactID: ContactID(1), occurredAt: Timestamp(microseconds: 0))
    var audienceID: AudienceID
    var contactID: ContactID
    var occurredAt: Timestamp
    var sql: SQL {
        """
        UPDATE audience.memberships
        SET status = 'subscribed',
            verified_at = coalesce(memberships.verified_at, \(occurredAt)::timestamptz),
            unsubscribed_at = NULL,
            unsubscribe_reason = ''
        WHERE memberships.audience_id = \(audienceID) AND memberships.contact_id = \(contactID)
            AND memberships.status = 'unsubscribed' AND memberships.unsubscribed_at <= \(occurredAt)
        """
    }
}

/// Ends an opt-out of everything, unless it is younger, and records that.
///
/// The caller holds the contact's lock.
struct ResubscribeGlobally: Statement {
    static let sample = Self(
        contactID: ContactID(1),
        clientID: ClientID(1),
        reason: "",
        source: "",
        occurredAt: Timestamp(microseconds: 0)
    )
    var contactID: ContactID
    var clientID: ClientID
    var reason: String
    var source: String
    var occurredAt: Timestamp
    var sql: SQL {
        """
        WITH lifted AS (
            UPDATE audience.contacts
            SET global_unsubscribed_at = NULL, global_unsubscribe_reason = '', updated_at = \(occurredAt)
            WHERE contacts.id = \(contactID) AND contacts.global_unsubscribed_at <= \(occurredAt)
            RETURNING contacts.id
        )
        INSERT INTO audience.suppression_changes (contact_id, kind, is_suppressed, reason, source, client_id, changed_at)
        SELECT lifted.id, 'global_unsubscribe', false, \(reason), \(source), \(clientID), \(occurredAt)
        FROM lifted
        """
    }
}
