import Model
import Postgres

/// Goes on counting equal refusals in a row; how many there are now.
///
/// No row: the campaign does not send any more. Takes the campaign's row alone, after the transaction that held a batch.
struct NoteRefusals: Statement {
    static let sample = Self(id: CampaignID(1), streak: RefusalStreak([]))
    var id: CampaignID
    var streak: RefusalStreak
    var sql: SQL {
        """
        UPDATE campaign.campaigns
        SET refusal_count = CASE
                WHEN \(streak.isContinuous) AND campaigns.refusal_kind = \(streak.kind) THEN campaigns.refusal_count + \(streak.count)
                ELSE \(streak.count)
            END,
            refusal_kind = \(streak.kind)
        WHERE campaigns.id = \(id)
            AND campaigns.status IN ('snapshotting', 'sending')
        RETURNING campaigns.refusal_count::bigint AS refusal_count
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("refusal_count") }
}
