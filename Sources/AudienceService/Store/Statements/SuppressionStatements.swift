import Contracts
import Model
import Postgres

/// Puts a contact on the suppression list by some kinds and takes it off by others; the first time stays.
///
/// The caller holds the contact's lock and has recorded the change with ``RecordSuppressionChange`` before.
struct SetSuppression: Statement {
    static let sample = Self(contactID: ContactID(1), change: SuppressionChange(), now: Timestamp(microseconds: 0))
    var contactID: ContactID
    var change: SuppressionChange
    var now: Timestamp
    var sql: SQL {
        """
        UPDATE audience.contacts
        SET hard_bounced_at = CASE
                WHEN 'hard_bounce' = ANY(\(change.on)::text[]) THEN coalesce(contacts.hard_bounced_at, \(now)::timestamptz)
                WHEN 'hard_bounce' <> ALL(\(change.off)::text[]) THEN contacts.hard_bounced_at
            END,
            complained_at = CASE
                WHEN 'complaint' = ANY(\(change.on)::text[]) THEN coalesce(contacts.complained_at, \(now)::timestamptz)
                WHEN 'complaint' <> ALL(\(change.off)::text[]) THEN contacts.complained_at
            END,
            global_unsubscribed_at = CASE
                WHEN 'global_unsubscribe' = ANY(\(change.on)::text[]) THEN coalesce(contacts.global_unsubscribed_at, \(now)::timestamptz)
                WHEN 'global_unsubscribe' <> ALL(\(change.off)::text[]) THEN contacts.global_unsubscribed_at
            END,
            global_unsubscribe_reason = CASE
                WHEN 'global_unsubscribe' = ANY(\(change.off)::text[]) THEN ''
                WHEN 'global_unsubscribe' = ANY(\(change.on)::text[]) AND contacts.global_unsubscribed_at IS NULL THEN \(change.reason)::text
                ELSE contacts.global_unsubscribe_reason
            END,
            updated_at = \(now)
        WHERE contacts.id = \(contactID)
        """
    }
}

/// Records what ``SetSuppression`` is about to change: nothing for what is so already.
struct RecordSuppressionChange: Statement {
    static let sample = Self(contactID: ContactID(1), clientID: nil, change: SuppressionChange(), now: Timestamp(microseconds: 0))
    var contactID: ContactID
    var clientID: ClientID?
    var change: SuppressionChange
    var now: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.suppression_changes (contact_id, kind, is_suppressed, reason, source, client_id, changed_at)
        SELECT contacts.id, x.kind, x.is_suppressed, \(change.reason), \(change.source), \(clientID), \(now)
        FROM (
            SELECT kind, true FROM unnest(\(change.on)::text[]) AS kind
            UNION ALL
            SELECT kind, false FROM unnest(\(change.off)::text[]) AS kind
        ) AS x (kind, is_suppressed)
        JOIN audience.contacts ON contacts.id = \(contactID)
        WHERE x.is_suppressed <> CASE x.kind
            WHEN 'hard_bounce' THEN contacts.hard_bounced_at IS NOT NULL
            WHEN 'complaint' THEN contacts.complained_at IS NOT NULL
            ELSE contacts.global_unsubscribed_at IS NOT NULL
        END
        """
    }
}

/// The suppression list of an organization along its index, or one address of it.
struct SuppressionRows: Statement {
    static let sample = Self(organizationID: OrganizationID(1), kind: nil, after: ContactID(0), limit: 1)
    var organizationID: OrganizationID
    var kind: SuppressionKind?
    var after: ContactID
    var limit: Int
    var sql: SQL {
        """
        SELECT \(unescaped: SuppressionColumns.select)
        FROM audience.contacts
        WHERE contacts.organization_id = \(organizationID) AND contacts.id > \(after)
            AND (contacts.hard_bounced_at IS NOT NULL OR contacts.complained_at IS NOT NULL OR contacts.global_unsubscribed_at IS NOT NULL)
            AND CASE coalesce(\(kind?.rawValue)::text, '')
                WHEN 'hard_bounce' THEN contacts.hard_bounced_at IS NOT NULL
                WHEN 'complaint' THEN contacts.complained_at IS NOT NULL
                WHEN 'global_unsubscribe' THEN contacts.global_unsubscribed_at IS NOT NULL
                ELSE true
            END
        ORDER BY contacts.id
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> Suppression { try Suppression(row) }
}

/// What the suppression list says about one contact.
struct SuppressionOfContact: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        SELECT \(unescaped: SuppressionColumns.select)
        FROM audience.contacts
        WHERE contacts.organization_id = \(organizationID) AND contacts.id = \(contactID)
        """
    }

    func decode(_ row: Row) throws -> Suppression { try Suppression(row) }
}

/// The columns that a ``Suppression`` is read from, of `contacts`.
enum SuppressionColumns {
    static let select: StaticString = """
        contacts.id, contacts.email, contacts.hard_bounced_at, contacts.complained_at, contacts.global_unsubscribed_at,
            contacts.global_unsubscribe_reason,
            coalesce((
                SELECT changes.reason
                FROM audience.suppression_changes AS changes
                WHERE changes.contact_id = contacts.id AND changes.kind = 'hard_bounce' AND changes.is_suppressed
                ORDER BY changes.id DESC
                LIMIT 1
            ), (
                SELECT told.detail
                FROM audience.provider_suppressions AS told
                WHERE told.contact_id = contacts.id AND told.kind = 'hard_bounce'
                ORDER BY told.occurred_at DESC
                LIMIT 1
            ), '') AS bounce_reason,
            coalesce((
                SELECT changes.reason
                FROM audience.suppression_changes AS changes
                WHERE changes.contact_id = contacts.id AND changes.kind = 'complaint' AND changes.is_suppressed
                ORDER BY changes.id DESC
                LIMIT 1
            ), (
                SELECT told.detail
                FROM audience.provider_suppressions AS told
                WHERE told.contact_id = contacts.id AND told.kind = 'complaint'
                ORDER BY told.occurred_at DESC
                LIMIT 1
            ), '') AS complaint_reason
        """
}

extension Suppression {
    init(_ row: Row) throws {
        var entries: [Entry] = []
        if let since = try row.decodeIfPresent("hard_bounced_at", as: Timestamp.self) {
            entries.append(Entry(kind: .hardBounce, since: since, reason: try row.decode("bounce_reason")))
        }
        if let since = try row.decodeIfPresent("complained_at", as: Timestamp.self) {
            entries.append(Entry(kind: .complaint, since: since, reason: try row.decode("complaint_reason")))
        }
        if let since = try row.decodeIfPresent("global_unsubscribed_at", as: Timestamp.self) {
            entries.append(Entry(kind: .globalUnsubscribe, since: since, reason: try row.decode("global_unsubscribe_reason")))
        }
        self.init(contactID: try row.decode("id"), email: try row.decode("email"), entries: entries)
    }
}
