import Contracts
import Model
import Postgres

/// Moves a campaign to another status; the caller holds its lock and asked the state machine.
struct ChangeStatus: Statement {
    static let sample = Self(id: CampaignID(1), status: .paused, reason: "", at: Timestamp(microseconds: 0))
    var id: CampaignID
    var status: CampaignStatus
    var reason: String
    var at: Timestamp
    var sql: SQL {
        """
        UPDATE campaign.campaigns
        SET status = \(status),
            status_reason = \(reason),
            ended_at = CASE WHEN \(status) IN ('cancelled', 'failed') THEN clock_timestamp() END,
            sent_at = CASE WHEN \(status) = 'sending' THEN NULL ELSE campaigns.sent_at END,
            is_active = campaigns.is_active OR (campaigns.revision_id IS NOT NULL AND \(status) = 'sending'),
            refusal_kind = '',
            refusal_count = 0,
            updated_at = \(at)
        WHERE campaigns.id = \(id)
        """
    }
}

/// `queued` with its content fixed: from here on the runner has work.
struct StartCampaign: Statement {
    static let sample = Self(id: CampaignID(1), revisionID: RevisionID(1), at: Timestamp(microseconds: 0))
    var id: CampaignID
    var revisionID: RevisionID
    var at: Timestamp
    var sql: SQL {
        """
        UPDATE campaign.campaigns
        SET status = 'queued',
            status_reason = '',
            revision_id = \(revisionID),
            is_active = true,
            updated_at = \(at)
        WHERE campaigns.id = \(id)
        """
    }
}

/// `sent` when it is sending, its snapshot is complete and no batch has anything left; the caller holds the campaign's lock, so the
/// batches are read as they are now.
///
/// Also takes a campaign that was ended off the runner's list once nothing is in flight.
struct FinishCampaign: Statement {
    static let sample = Self(id: CampaignID(1), at: Timestamp(microseconds: 0))
    var id: CampaignID
    var at: Timestamp
    var sql: SQL {
        """
        UPDATE campaign.campaigns
        SET status = CASE WHEN campaigns.status = 'sending' THEN 'sent' ELSE campaigns.status END,
            sent_at = CASE WHEN campaigns.status = 'sending' THEN \(at) ELSE campaigns.sent_at END,
            updated_at = CASE WHEN campaigns.status = 'sending' THEN \(at) ELSE campaigns.updated_at END,
            is_active = false
        WHERE campaigns.id = \(id)
            AND campaigns.is_active
            AND ((campaigns.status = 'sending' AND campaigns.snapshot_complete) OR campaigns.status IN ('sent', 'cancelled', 'failed'))
            AND NOT EXISTS (
                SELECT
                FROM campaign.batches
                WHERE batches.campaign_id = campaigns.id
                    AND (batches.pending_count > 0 OR batches.attempting_count > 0)
            )
        """
    }
}
