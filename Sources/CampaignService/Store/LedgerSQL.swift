/// The part that all changes of ledger rows share: what `moved` rows do to the counts of their batches.
///
/// `moved` must return `batch_id`, `state` and `previous_state` of the new row version. A statement that waited for another one sees the
/// newest version when it updates, so `previous_state`, set from `state` in the same UPDATE, is right where a prior read could be stale.
enum LedgerSQL {
    static let count: StaticString = """
        deltas AS (
            SELECT moved.batch_id,
                count(*) FILTER (WHERE moved.state = 0) - count(*) FILTER (WHERE moved.previous_state = 0) AS pending,
                count(*) FILTER (WHERE moved.state = 1) - count(*) FILTER (WHERE moved.previous_state = 1) AS attempting,
                count(*) FILTER (WHERE moved.state = 2) - count(*) FILTER (WHERE moved.previous_state = 2) AS sent,
                count(*) FILTER (WHERE moved.state = 3) - count(*) FILTER (WHERE moved.previous_state = 3) AS failed,
                count(*) FILTER (WHERE moved.state = 4) - count(*) FILTER (WHERE moved.previous_state = 4) AS unknown,
                count(*) FILTER (WHERE moved.state = 5) - count(*) FILTER (WHERE moved.previous_state = 5) AS skipped
            FROM moved
            GROUP BY moved.batch_id
        ),
        counted AS (
            UPDATE campaign.batches
            SET pending_count = batches.pending_count + deltas.pending,
                attempting_count = batches.attempting_count + deltas.attempting,
                sent_count = batches.sent_count + deltas.sent,
                failed_count = batches.failed_count + deltas.failed,
                unknown_count = batches.unknown_count + deltas.unknown,
                skipped_count = batches.skipped_count + deltas.skipped,
                active_at = clock_timestamp()
            FROM deltas
            WHERE batches.id = deltas.batch_id
            RETURNING batches.id, batches.campaign_id, batches.pending_count, batches.attempting_count
        )
        """
}
