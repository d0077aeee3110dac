import Contracts
import Model
import Postgres

/// Writes down which events are applied; returns those that were not before.
struct RecordProviderSuppressions: Statement {
    static let sample = Self(events: [])
    var events: [ProviderSuppression]
    var sql: SQL {
        """
        INSERT INTO audience.provider_suppressions (event_id, organization_id, kind, detail, occurred_at)
        SELECT DISTINCT ON (x.event_id) x.event_id, x.organization_id, x.kind, x.detail, x.occurred_at
        FROM unnest(
            \(events.map(\.eventID))::text[], \(events.map(\.organizationID.rawValue))::bigint[], \(events.map(\.kind.rawValue))::text[],
            \(events.map(\.detail))::text[], \(events.map(\.occurredAt))::timestamptz[]
        ) AS x (event_id, organization_id, kind, detail, occurred_at)
        JOIN audience.organizations ON organizations.id = x.organization_id
        ORDER BY x.event_id
        ON CONFLICT (event_id) DO NOTHING
        RETURNING event_id
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("event_id") }
}

/// The keys of organizations in which somebody was erased, hex.
struct TombstoneKeys: Statement {
    static let sample = Self(organizationIDs: [])
    var organizationIDs: [Int64]

    struct Output: Sendable {
        var organizationID: Int64
        var key: String
    }

    var sql: SQL {
        """
        SELECT organizations.id, encode(organizations.tombstone_key, 'hex') AS key
        FROM audience.organizations
        WHERE organizations.id = ANY(\(organizationIDs)::bigint[])
            AND EXISTS (SELECT FROM audience.tombstones WHERE tombstones.organization_id = organizations.id)
        """
    }

    func decode(_ row: Row) throws -> Output { Output(organizationID: try row.decode("id"), key: try row.decode("key")) }
}

/// Which of these keyed hashes (hex) belong to erased people; answers with their positions from 1.
struct ErasedAddresses: Statement {
    static let sample = Self(organizationIDs: [], hashes: [])
    var organizationIDs: [Int64]
    var hashes: [String]
    var sql: SQL {
        """
        SELECT x.position
        FROM unnest(\(organizationIDs)::bigint[], \(hashes)::text[]) WITH ORDINALITY AS x (organization_id, hash, position)
        JOIN audience.tombstones
            ON tombstones.organization_id = x.organization_id AND tombstones.email_hash = decode(x.hash, 'hex')
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("position") }
}

/// Gives addresses that nobody has in their organization a contact, which then carries the suppression.
struct AddSuppressedContacts: Statement {
    static let sample = Self(organizationIDs: [], emails: [])
    var organizationIDs: [Int64]
    var emails: [String]
    var sql: SQL {
        """
        INSERT INTO audience.contacts (organization_id, email, created_at, updated_at)
        SELECT DISTINCT x.organization_id, x.email COLLATE "C" AS email, now(), now()
        FROM unnest(\(organizationIDs)::bigint[], \(emails)::text[]) AS x (organization_id, email)
        WHERE NOT EXISTS (
            SELECT FROM audience.contacts AS known WHERE known.organization_id = x.organization_id AND known.email = x.email
        )
        ORDER BY 1, 2
        ON CONFLICT (organization_id, email) DO NOTHING
        """
    }
}

/// Suppresses contacts and notes them with their events; first times stay, and an event from before the suppression was lifted does not
/// bring it back.
///
/// Locks the contacts in the order in which imports do.
struct SuppressContacts: Statement {
    static let sample = Self(events: [], emails: [])
    var events: [ProviderSuppression]
    /// Normalised; parallel to the events.
    var emails: [String]
    var sql: SQL {
        """
        WITH input AS MATERIALIZED (
            SELECT x.event_id, x.organization_id, x.email, x.kind, x.detail, x.occurred_at
            FROM unnest(
                \(events.map(\.eventID))::text[], \(events.map(\.organizationID.rawValue))::bigint[], \(emails)::text[],
                \(events.map(\.kind.rawValue))::text[], \(events.map(\.detail))::text[], \(events.map(\.occurredAt))::timestamptz[]
            ) AS x (event_id, organization_id, email, kind, detail, occurred_at)
        ),
        locked AS MATERIALIZED (
            SELECT contacts.id, contacts.organization_id, contacts.email, contacts.hard_bounced_at, contacts.complained_at
            FROM (SELECT DISTINCT input.organization_id, input.email FROM input) AS named
            JOIN audience.contacts ON contacts.organization_id = named.organization_id AND contacts.email = named.email
            ORDER BY contacts.organization_id, contacts.email
            FOR NO KEY UPDATE OF contacts
        ),
        valid AS MATERIALIZED (
            SELECT locked.id, input.kind, input.detail, input.occurred_at,
                CASE input.kind WHEN 'hard_bounce' THEN locked.hard_bounced_at ELSE locked.complained_at END AS suppressed_at
            FROM input
            JOIN locked ON locked.organization_id = input.organization_id AND locked.email = input.email
            WHERE NOT EXISTS (
                SELECT FROM audience.suppression_changes AS lifted
                WHERE lifted.contact_id = locked.id AND lifted.kind = input.kind AND NOT lifted.is_suppressed
                    AND lifted.changed_at >= input.occurred_at
            )
        ),
        merged AS MATERIALIZED (
            SELECT valid.id,
                min(valid.occurred_at) FILTER (WHERE valid.kind = 'hard_bounce') AS bounced_at,
                min(valid.occurred_at) FILTER (WHERE valid.kind = 'complaint') AS complained_at
            FROM valid
            GROUP BY valid.id
        ),
        noted AS (
            UPDATE audience.provider_suppressions
            SET contact_id = locked.id
            FROM input
            JOIN locked ON locked.organization_id = input.organization_id AND locked.email = input.email
            WHERE provider_suppressions.event_id = input.event_id
        ),
        logged AS (
            INSERT INTO audience.suppression_changes (contact_id, kind, is_suppressed, reason, source, changed_at)
            SELECT DISTINCT ON (valid.id, valid.kind) valid.id, valid.kind, true, valid.detail, 'provider', valid.occurred_at
            FROM valid
            WHERE valid.suppressed_at IS NULL
            ORDER BY valid.id, valid.kind, valid.occurred_at
        )
        UPDATE audience.contacts
        SET hard_bounced_at = least(contacts.hard_bounced_at, merged.bounced_at),
            complained_at = least(contacts.complained_at, merged.complained_at),
            updated_at = now()
        FROM merged
        WHERE contacts.id = merged.id
            AND (contacts.hard_bounced_at IS DISTINCT FROM least(contacts.hard_bounced_at, merged.bounced_at)
                OR contacts.complained_at IS DISTINCT FROM least(contacts.complained_at, merged.complained_at))
        """
    }
}
