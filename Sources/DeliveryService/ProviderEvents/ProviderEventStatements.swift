import Model
import Postgres

/// Stores events; returns the keys of those that were not there before.
struct RecordProviderEvents: Statement {
    static var sample: Self { Self([]) }

    private var keys: [String] = []
    private var kinds: [String] = []
    private var messageKinds: [String] = []
    private var messageIDs: [Int64] = []
    private var organizationIDs: [Int64] = []
    private var contactIDs: [Int64] = []
    private var addresses: [String] = []
    private var providerMessageIDs: [String] = []
    private var details: [String] = []
    private var times: [Timestamp] = []

    init(_ events: [ProviderEventProcess.OwnedEvent]) {
        for item in events {
            keys.append(item.event.key)
            kinds.append(item.event.kind.rawValue)
            messageKinds.append(item.owner.kind.rawValue)
            messageIDs.append(item.owner.messageID)
            organizationIDs.append(item.owner.organizationID)
            contactIDs.append(item.owner.contactID)
            addresses.append(item.shown.address)
            providerMessageIDs.append(item.providerMessageID)
            details.append(item.event.detail)
            times.append(item.event.occurredAt)
        }
    }

    var sql: SQL {
        """
        INSERT INTO delivery.provider_events (
            event_key, kind, message_kind, message_id, organization_id, contact_id, address, provider_message_id, detail, occurred_at
        )
        SELECT DISTINCT ON (x.event_key)
            x.event_key::uuid, x.kind, x.message_kind, x.message_id, x.organization_id, x.contact_id, x.address, x.provider_message_id, x.detail,
            x.occurred_at
        FROM unnest(
            \(keys), \(kinds), \(messageKinds), \(messageIDs), \(organizationIDs), \(contactIDs), \(addresses), \(providerMessageIDs), \(details),
            \(times)
        ) AS x (
            event_key, kind, message_kind, message_id, organization_id, contact_id, address, provider_message_id, detail, occurred_at
        )
        ORDER BY x.event_key
        ON CONFLICT (event_key) DO NOTHING
        RETURNING event_key::text AS event_key
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("event_key") }
}

/// Which messages earlier events with our tag have named by the provider's ids.
struct KnownProviderMessages: Statement {
    static var sample: Self { Self(providerMessageIDs: []) }

    var providerMessageIDs: [String]

    struct Output: Sendable {
        var providerMessageID: String
        var kind: String
        var messageID: Int64
    }

    var sql: SQL {
        """
        SELECT DISTINCT ON (provider_message_id) provider_message_id, message_kind, message_id
        FROM delivery.provider_events
        WHERE provider_message_id = ANY (\(providerMessageIDs))
        ORDER BY provider_message_id, received_at
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            providerMessageID: try row.decode("provider_message_id"),
            kind: try row.decode("message_kind"),
            messageID: try row.decode("message_id")
        )
    }
}

/// Of these addresses, those whose mail bounced softly `threshold` times within `days` days, with no delivery since the first of them; by
/// their positions from 1.
struct SoftBounceRuns: Statement {
    static var sample: Self { Self(organizationIDs: [], addresses: []) }
    static let threshold = 3
    static let days = 14

    var organizationIDs: [Int64]
    var addresses: [String]

    var sql: SQL {
        """
        SELECT asked.position
        FROM unnest(\(organizationIDs), \(addresses)) WITH ORDINALITY AS asked (organization_id, address, position)
        CROSS JOIN LATERAL (
            SELECT pg_catalog.max(latest.occurred_at) AS occurred_at
            FROM delivery.provider_events AS latest
            WHERE latest.organization_id = asked.organization_id AND latest.address = asked.address AND latest.kind = 'soft_bounce'
        ) AS last_bounce
        CROSS JOIN LATERAL (
            SELECT pg_catalog.max(latest.occurred_at) AS occurred_at
            FROM delivery.provider_events AS latest
            WHERE latest.organization_id = asked.organization_id AND latest.address = asked.address AND latest.kind = 'delivered'
        ) AS last_delivery
        WHERE (
            SELECT pg_catalog.count(*)
            FROM delivery.provider_events AS soft
            WHERE soft.organization_id = asked.organization_id AND soft.address = asked.address AND soft.kind = 'soft_bounce'
                AND soft.occurred_at > last_bounce.occurred_at - \(Self.days) * interval '1 day'
                AND (last_delivery.occurred_at IS NULL OR soft.occurred_at > last_delivery.occurred_at)
        ) >= \(Self.threshold)
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("position") }
}

/// Forgets events that nobody repeats any more and no run of soft bounces counts.
struct PruneProviderEvents: Statement {
    static var sample: Self { Self(olderThanDays: 60) }

    var olderThanDays: Int

    var sql: SQL {
        """
        DELETE FROM delivery.provider_events
        WHERE received_at < pg_catalog.now() - \(olderThanDays) * interval '1 day'
        """
    }
}
