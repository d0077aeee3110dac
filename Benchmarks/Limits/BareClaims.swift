import Model
import Postgres

/// The machine's own limit for the ledger: claim and record by id in windows of 64, each its own durable commit.
struct BareClaims {
    var database: PostgresPool
    var campaignID: CampaignID
    var count: Int
    var workers = 4

    /// Rows claimed and recorded a second, on a copy of the campaign's ledger.
    func rowsPerSecond() async throws -> Double {
        try await database.withConnection { connection in
            try await connection.script(
                "DROP TABLE IF EXISTS public.bare_claims; CREATE TABLE public.bare_claims (LIKE campaign.recipients INCLUDING ALL)"
            )
            try await connection.execute(CopyLedger(campaignID: campaignID))
            try await connection.script("VACUUM ANALYZE public.bare_claims")
        }
        let windows = (0..<(count / 64)).map { window in (1...64).map { Int64(window * 64 + $0) } }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    for (number, ids) in windows.enumerated() where number % workers == worker {
                        try await database.execute(ClaimWindow(ids: ids))
                        try await database.execute(RecordWindow(ids: ids))
                    }
                }
            }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try await database.withConnection { try await $0.script("DROP TABLE public.bare_claims") }
        return Double(windows.count * 64) / seconds
    }
}

private struct CopyLedger: Statement {
    static let sample = Self(campaignID: CampaignID(1))
    var campaignID: CampaignID
    var sql: SQL {
        """
        INSERT INTO public.bare_claims (id, campaign_id, batch_id, contact_id, state, previous_state, email, skip_reason, merge_fields)
        SELECT row_number() OVER (ORDER BY id), campaign_id, batch_id, contact_id, 0, 0, email, '', merge_fields
        FROM campaign.recipients WHERE campaign_id = \(campaignID) AND skip_reason = ''
        """
    }
}

private struct ClaimWindow: Statement {
    static let sample = Self(ids: [])
    var ids: [Int64]
    var sql: SQL {
        """
        UPDATE public.bare_claims
        SET state = 1, previous_state = state, attempt = attempt + 1, worker = 'bare', attempt_deadline = clock_timestamp() + interval '45 s'
        WHERE id = ANY(\(ids)) AND state = 0 RETURNING id, email, merge_fields, attempt
        """
    }
}

private struct RecordWindow: Statement {
    static let sample = Self(ids: [])
    var ids: [Int64]
    var sql: SQL {
        """
        UPDATE public.bare_claims
        SET state = 2, previous_state = state, attempt_deadline = NULL, sent_at = clock_timestamp(),
            provider_message_id = '0100benchmark-000000'
        WHERE id = ANY(\(ids)) AND state = 1 AND attempt = 1
        """
    }
}
