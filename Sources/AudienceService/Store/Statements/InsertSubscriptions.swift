import Contracts
import Model
import Postgres

/// Rows of subscriptions as columns.
struct SubscriptionRows: Sendable {
    var contactIDs: [Int64] = []
    var statuses: [String] = []
    var verifiedAts: [Timestamp] = []
    var unsubscribedAts: [Timestamp] = []
    var unsubscribeReasons: [String] = []
    var sources: [String] = []

    var isEmpty: Bool { contactIDs.isEmpty }

    mutating func append(_ contactID: Int64, _ fields: SubscriptionFields) {
        contactIDs.append(contactID)
        statuses.append(fields.status.rawValue)
        verifiedAts.append(NullableTime.encode(fields.verifiedAt))
        unsubscribedAts.append(NullableTime.encode(fields.unsubscribedAt))
        unsubscribeReasons.append(fields.unsubscribeReason)
        sources.append(fields.source)
    }
}

/// Subscribes contacts to a client.
///
/// The caller holds the contacts' locks, and they have their row in the audience.
struct InsertSubscriptions: Statement {
    static let sample = Self(audienceID: AudienceID(1), clientID: ClientID(1), rows: SubscriptionRows())
    var audienceID: AudienceID
    var clientID: ClientID
    var rows: SubscriptionRows
    var sql: SQL {
        """
        INSERT INTO audience.subscriptions (
            audience_id, client_id, contact_id, status, verified_at, unsubscribed_at, unsubscribe_reason, source
        )
        SELECT \(audienceID), \(clientID), x.contact_id, x.status, NULLIF(x.verified_at, 'epoch'),
            NULLIF(x.unsubscribed_at, 'epoch'), x.unsubscribe_reason, x.source
        FROM unnest(
            \(rows.contactIDs)::bigint[], \(rows.statuses)::text[], \(rows.verifiedAts)::timestamptz[], \(rows.unsubscribedAts)::timestamptz[],
            \(rows.unsubscribeReasons)::text[], \(rows.sources)::text[]
        ) AS x (contact_id, status, verified_at, unsubscribed_at, unsubscribe_reason, source)
        """
    }
}

/// Writes the changed fields of subscriptions.
///
/// The caller holds the contacts' locks.
struct UpdateSubscriptions: Statement {
    static let sample = Self(audienceID: AudienceID(1), clientID: ClientID(1), rows: SubscriptionRows())
    var audienceID: AudienceID
    var clientID: ClientID
    var rows: SubscriptionRows
    var sql: SQL {
        """
        UPDATE audience.subscriptions
        SET status = x.status,
            verified_at = NULLIF(x.verified_at, 'epoch'),
            unsubscribed_at = NULLIF(x.unsubscribed_at, 'epoch'),
            unsubscribe_reason = x.unsubscribe_reason,
            source = x.source
        FROM unnest(
            \(rows.contactIDs)::bigint[], \(rows.statuses)::text[], \(rows.verifiedAts)::timestamptz[], \(rows.unsubscribedAts)::timestamptz[],
            \(rows.unsubscribeReasons)::text[], \(rows.sources)::text[]
        ) AS x (contact_id, status, verified_at, unsubscribed_at, unsubscribe_reason, source)
        WHERE subscriptions.audience_id = \(audienceID) AND subscriptions.client_id = \(clientID)
            AND subscriptions.contact_id = x.contact_id
        """
    }
}
