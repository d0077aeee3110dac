import Contracts
import Model
import Postgres

/// Stores a wish to be subscribed; nothing when this very request is stored.
struct AddConsent: Statement {
    static let sample = Self(
        request: RequestSubscription(
            scope: ContactStatusesByID.sample.scope,
            email: "",
            tags: [],
            attributes: nil,
            wording: "",
            source: "",
            requestedFrom: "",
            requestID: 1,
            confirmURL: "",
            templateKey: nil
        ),
        contactID: ContactID(1),
        requestedAt: Timestamp(microseconds: 0),
        days: 1
    )
    var request: RequestSubscription
    var contactID: ContactID
    var requestedAt: Timestamp
    var days: Int
    var sql: SQL {
        """
        INSERT INTO audience.consents (
            id, organization_id, audience_id, client_id, contact_id, wording, source, requested_at, requested_from, expires_at
        )
        VALUES (
            \(request.requestID), \(request.scope.organizationID), \(request.scope.audienceID), \(request.scope.clientID), \(contactID),
            \(request.wording), \(request.source), \(requestedAt), \(request.requestedFrom),
            \(requestedAt)::timestamptz + make_interval(days => \(days)::integer)
        )
        ON CONFLICT (id) DO NOTHING
        """
    }
}

/// How many unconfirmed requests of a contact there were in the last hour.
struct RecentRequests: Statement {
    static let sample = Self(contactID: ContactID(1), now: Timestamp(microseconds: 0))
    var contactID: ContactID
    var now: Timestamp
    var sql: SQL {
        """
        SELECT count(*) AS found
        FROM audience.consents
        WHERE consents.contact_id = \(contactID) AND consents.confirmed_at IS NULL
            AND consents.requested_at > \(now)::timestamptz - interval '1 hour'
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("found") }
}

/// A wish to be subscribed by the id that its link carries.
struct ConsentByID: Statement {
    struct Output: Sendable {
        var id: Int64
        var scope: AudienceScope
        var contactID: ContactID
        var requestedAt: Timestamp
        var request: SubscriptionRequest
    }

    static let sample = Self(id: 1)
    var id: Int64
    var sql: SQL {
        """
        SELECT consents.id, consents.organization_id, consents.audience_id, consents.client_id, consents.contact_id, consents.requested_at,
            contacts.email, clients.name AS client_name, consents.wording, consents.confirmed_at IS NOT NULL AS is_confirmed,
            consents.confirmed_at IS NULL AND consents.expires_at <= now() AS is_expired
        FROM audience.consents
        JOIN audience.contacts ON contacts.id = consents.contact_id
        JOIN audience.clients ON clients.id = consents.client_id
        WHERE consents.id = \(id)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            id: try row.decode("id"),
            scope: AudienceScope(
                organizationID: try row.decode("organization_id"),
                clientID: try row.decode("client_id"),
                audienceID: try row.decode("audience_id")
            ),
            contactID: try row.decode("contact_id"),
            requestedAt: try row.decode("requested_at"),
            request: SubscriptionRequest(
                email: try row.decode("email"),
                clientName: try row.decode("client_name"),
                wording: try row.decode("wording"),
                isConfirmed: try row.decode("is_confirmed"),
                isExpired: try row.decode("is_expired")
            )
        )
    }
}

/// Confirms a wish once.
///
/// The caller holds the contact's lock.
struct ConfirmConsent: Statement {
    static let sample = Self(id: 1, from: "", now: Timestamp(microseconds: 0))
    var id: Int64
    var from: String
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.consents
        SET confirmed_at = \(now), confirmed_from = \(from)
        WHERE consents.id = \(id) AND consents.confirmed_at IS NULL AND consents.expires_at > now()
        """
    }
}

/// Subscribes whoever consented, and verifies the subscription; an opt-out that is younger than the wish stays.
///
/// The caller holds the contact's lock and has given it a row in the audience.
struct ConfirmSubscriptionRow: Statement {
    static let sample = Self(
        scope: ContactStatusesByID.sample.scope,
        contactID: ContactID(1),
        source: "",
        consentedAt: Timestamp(microseconds: 0),
        now: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var contactID: ContactID
    var source: String
    /// When the wish was uttered.
    var consentedAt: Timestamp
    var now: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, verified_at, source)
        VALUES (
            \(scope.audienceID), \(scope.clientID), \(contactID), 'subscribed', \(now), \(source)
        )
        ON CONFLICT (audience_id, client_id, contact_id) DO UPDATE
        SET status = EXCLUDED.status,
            verified_at = coalesce(subscriptions.verified_at, EXCLUDED.verified_at),
            unsubscribed_at = NULL,
            unsubscribe_reason = '',
            source = EXCLUDED.source
        WHERE subscriptions.status <> 'unsubscribed' OR subscriptions.unsubscribed_at <= \(consentedAt)::timestamptz
        """
    }
}
