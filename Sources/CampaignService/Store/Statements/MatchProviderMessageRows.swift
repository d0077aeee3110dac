import Contracts
import Model
import Postgres

/// Ledger rows by the provider's message ids, parallel to the input; 0 where there is none.
///
/// Only campaigns that were alive when a message was sent, and of them batches that were worked on since, can hold it: their rows are read by
/// id range, nothing is searched by an index that every outcome would have to keep.
struct MatchProviderMessageRows: Statement {
    static let sample = Self(messages: [])
    var messages: [ProviderMessage]

    var sql: SQL {
        """
        WITH messages AS MATERIALIZED (
            SELECT message.provider_message_id, message.sent_at, message.position
            FROM unnest(\(messages.map(\.providerMessageID)), \(messages.map(\.sentAt)))
                WITH ORDINALITY AS message (provider_message_id, sent_at, position)
            WHERE message.provider_message_id <> ''
        ),
        places AS MATERIALIZED (
            SELECT DISTINCT batches.first_recipient_id, batches.last_recipient_id
            FROM messages
            JOIN campaign.campaigns ON campaigns.created_at <= messages.sent_at + interval '10 minutes'
                AND (campaigns.sent_at IS NULL OR campaigns.sent_at >= messages.sent_at - interval '10 minutes')
            JOIN campaign.batches ON batches.campaign_id = campaigns.id
                AND batches.active_at >= messages.sent_at - interval '10 minutes'
        ),
        found AS MATERIALIZED (
            SELECT messages.position, recipients.id
            FROM places
            CROSS JOIN LATERAL (
                SELECT rows.id, rows.provider_message_id
                FROM campaign.recipients AS rows
                WHERE rows.id BETWEEN places.first_recipient_id AND places.last_recipient_id
                OFFSET 0
            ) AS recipients
            JOIN messages ON messages.provider_message_id = recipients.provider_message_id
        )
        SELECT coalesce(max(found.id), 0) AS recipient_id
        FROM generate_series(1, \(messages.count)::bigint) AS asked (position)
        LEFT JOIN found ON found.position = asked.position
        GROUP BY asked.position
        ORDER BY asked.position
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("recipient_id") }
}
