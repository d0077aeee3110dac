import Contracts
import Postgres

/// Who may get transactional mail (API.md section 2), in SQL: without a category only a hard bounce and a complaint block.
///
/// Every question about it is made of this; it names `stored.contact`, `preferred.is_disabled` and `x.category_tag`.
enum TransactionalRule {
    static let refusal: StaticString = """
        CASE
            WHEN (stored.contact).hard_bounced_at IS NOT NULL THEN 'hard_bounce'
            WHEN (stored.contact).complained_at IS NOT NULL THEN 'complaint'
            WHEN x.category_tag = '' THEN ''
            ELSE COALESCE(audience.transactional_refusal(stored.contact, preferred.is_disabled), '')
        END
        """
}

/// Contact, refusal and sender of each message; the contact is null when there is none.
///
/// `OFFSET 0` fixes the shape: look-ups by key for each message, also in a plan that was made when the tables were empty.
struct TransactionalRecipients: Statement {
    static let sample = Self(request: PrepareTransactional())
    var request: PrepareTransactional

    struct Output: Sendable {
        /// Index into the columns given.
        var index: Int
        var contactID: Int64?
        var refusal: String
        var senderID: String
        var sender: String
        /// Hex; empty when nobody was erased, or the contact is there.
        var tombstoneKey: String
    }

    var sql: SQL {
        """
        SELECT
            x.position - 1 AS index, stored.id AS contact_id,
            CASE WHEN stored.id IS NULL THEN '' ELSE \(unescaped: TransactionalRule.refusal) END AS refusal,
            COALESCE(sending.sender_key, '') AS sender_id, COALESCE(sending.mailbox, '') AS sender,
            CASE
                WHEN stored.id IS NULL AND EXISTS (
                    SELECT FROM audience.tombstones WHERE tombstones.organization_id = x.organization_id
                ) THEN (SELECT encode(organizations.tombstone_key, 'hex') FROM audience.organizations WHERE organizations.id = x.organization_id)
                ELSE ''
            END AS tombstone_key
        FROM unnest(
            \(request.organizationIDs)::bigint[], \(request.clientIDs)::bigint[], \(request.emails)::text[], \(request.senderIDs)::text[],
            \(request.audienceIDs)::bigint[], \(request.categoryTags)::text[]
        ) WITH ORDINALITY AS x (organization_id, client_id, email, sender_id, audience_id, category_tag, position)
        LEFT JOIN LATERAL (
            SELECT contacts.id, contacts AS contact
            FROM audience.contacts
            WHERE contacts.organization_id = x.organization_id AND contacts.email = x.email
            OFFSET 0
        ) AS stored ON true
        LEFT JOIN LATERAL (
            SELECT senders.sender_key, senders.mailbox
            FROM audience.clients
            JOIN audience.senders ON senders.client_id = clients.id
                AND senders.sender_key = CASE WHEN x.sender_id = '' THEN clients.default_sender_key ELSE x.sender_id END
            WHERE clients.id = x.client_id AND clients.organization_id = x.organization_id
            OFFSET 0
        ) AS sending ON true
        LEFT JOIN LATERAL (
            SELECT NOT preferences.enabled AS is_disabled
            FROM audience.category_preferences AS preferences
            WHERE preferences.contact_id = stored.id AND preferences.audience_id = x.audience_id
                AND preferences.client_id = x.client_id AND preferences.category_tag = x.category_tag
            OFFSET 0
        ) AS preferred ON true
        ORDER BY x.position
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            index: Int(try row.decode("index", as: Int64.self)),
            contactID: try row.decodeIfPresent("contact_id"),
            refusal: try row.decode("refusal"),
            senderID: try row.decode("sender_id"),
            sender: try row.decode("sender"),
            tombstoneKey: try row.decode("tombstone_key")
        )
    }
}

/// The refusal of each contact at this moment; `suppressed` for one that is gone or another organization's.
struct TransactionalRefusalsByContact: Statement {
    static let sample = Self(request: CheckTransactional())
    var request: CheckTransactional

    var sql: SQL {
        """
        SELECT CASE WHEN stored.id IS NULL THEN 'suppressed' ELSE \(unescaped: TransactionalRule.refusal) END AS refusal
        FROM unnest(
            \(request.organizationIDs)::bigint[], \(request.clientIDs)::bigint[], \(request.contactIDs)::bigint[],
            \(request.audienceIDs)::bigint[], \(request.categoryTags)::text[]
        ) WITH ORDINALITY AS x (organization_id, client_id, contact_id, audience_id, category_tag, position)
        LEFT JOIN LATERAL (
            SELECT contacts.id, contacts.organization_id, contacts AS contact
            FROM audience.contacts
            WHERE contacts.id = x.contact_id
            OFFSET 0
        ) AS stored ON stored.organization_id = x.organization_id
        LEFT JOIN LATERAL (
            SELECT NOT preferences.enabled AS is_disabled
            FROM audience.category_preferences AS preferences
            WHERE preferences.contact_id = x.contact_id AND preferences.audience_id = x.audience_id
                AND preferences.client_id = x.client_id AND preferences.category_tag = x.category_tag
            OFFSET 0
        ) AS preferred ON true
        ORDER BY x.position
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("refusal") }
}
