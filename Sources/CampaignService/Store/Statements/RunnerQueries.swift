import Contracts
import Model
import Postgres

/// Scheduled campaigns whose time has come.
struct DueCampaigns: Statement {
    static let sample = Self(now: Timestamp(microseconds: 0))
    var now: Timestamp
    var sql: SQL {
        """
        SELECT campaigns.id
        FROM campaign.campaigns
        WHERE campaigns.status = 'scheduled'
            AND campaigns.scheduled_at <= \(now)
        ORDER BY campaigns.scheduled_at, campaigns.id
        LIMIT 100
        """
    }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

/// Ended campaigns with rows that still wait: a cancel that did not get through them.
///
/// The call itself has the first minute.
struct EndedWithPending: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT campaigns.id
        FROM campaign.campaigns
        WHERE campaigns.is_active
            AND campaigns.status IN ('cancelled', 'failed')
            AND campaigns.ended_at < clock_timestamp() - interval '1 minute'
            AND EXISTS (SELECT FROM campaign.batches WHERE batches.campaign_id = campaigns.id AND batches.pending_count > 0)
        ORDER BY campaigns.id
        """
    }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

/// Campaigns on the runner's list that have nothing left: their end was not written when the last outcome came.
struct ActiveWithoutWork: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT campaigns.id
        FROM campaign.campaigns
        WHERE campaigns.is_active
            AND ((campaigns.status = 'sending' AND campaigns.snapshot_complete) OR campaigns.status IN ('sent', 'cancelled', 'failed'))
            AND NOT EXISTS (
                SELECT
                FROM campaign.batches
                WHERE batches.campaign_id = campaigns.id
                    AND (batches.pending_count > 0 OR batches.attempting_count > 0)
            )
        ORDER BY campaigns.id
        """
    }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

/// Whether the process must stay: a snapshot, sending, or rows in flight that a sweep must settle.
///
/// A paused campaign does not hold it.
struct HasCampaignWork: Statement {
    static let sample = Self(now: Timestamp(microseconds: 0))
    var now: Timestamp
    var sql: SQL {
        """
        SELECT EXISTS (
            SELECT
            FROM campaign.campaigns
            WHERE campaigns.is_active
                AND (
                    campaigns.status <> 'paused'
                    OR NOT campaigns.snapshot_complete
                    OR EXISTS (SELECT FROM campaign.batches WHERE batches.campaign_id = campaigns.id AND batches.attempting_count > 0)
                )
        ) OR EXISTS (
            SELECT
            FROM campaign.campaigns
            WHERE campaigns.status = 'scheduled'
                AND campaigns.scheduled_at <= \(now)
        ) AS has_work
        """
    }
    func decode(_ row: Row) throws -> Bool { try row.decode("has_work") }
}

/// Forgets ids of events that nobody repeats any more, some at a time.
struct PruneAppliedEvents: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        DELETE FROM campaign.applied_events
        WHERE applied_events.event_id = ANY(ARRAY(
            SELECT old.event_id
            FROM campaign.applied_events AS old
            WHERE old.applied_at < now() - interval '90 days'
            LIMIT 10000
        ))
        """
    }
}
