import Contracts
import Model
import Postgres

/// Ledger rows by the provider's message ids, parallel to the input; 0 where there is none.
///
/// Only batches that were worked on after a message was sent can hold it: their rows are read by id range, nothing is searched by an index
/// that every outcome would have to keep.
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
        oldest AS MATERIALIZED (
            SELECT min(messages.sent_at) - interval '10 minutes' AS sent_at
            FROM messages
        ),
        found AS MATERIALIZED (
            SELECT messages.position, recipients.id
            FROM oldest
            JOIN campaign.batches ON batches.active_at >= oldest.sent_at
            JOIN campaign.recipients ON recipients.id BETWEEN batches.first_recipient_id AND batches.last_recipient_id
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
