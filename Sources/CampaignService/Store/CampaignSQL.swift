/// A campaign with its totals, as ``StoredCampaign`` reads it.
enum CampaignSQL {
    /// All columns but the bodies.
    static let columns: StaticString = """
        campaigns.id, campaigns.organization_id, campaigns.client_id, campaigns.audience_id, campaigns.audience_slug,
            campaigns.client_slug, campaigns.external_key, campaigns.subject, campaigns.preview_text,
            campaigns.from_email, campaigns.category_tag, campaigns.recipient_list_key, campaigns.segment_key,
            campaigns.include_tags, campaigns.exclude_tags, campaigns.metadata, campaigns.track_opens, campaigns.track_clicks,
            campaigns.strict_variables, campaigns.status, campaigns.status_reason, campaigns.scheduled_at, campaigns.revision_id,
            campaigns.snapshot_cursor, campaigns.snapshot_started, campaigns.snapshot_complete, campaigns.sent_at,
            campaigns.created_at, campaigns.updated_at, totals.*
        """

    static let bodies: StaticString = "campaigns.html_body, campaigns.text_body"

    static let source: StaticString = """
        FROM campaign.campaigns
        CROSS JOIN LATERAL (
            SELECT count(*) AS batch_count,
                coalesce(sum(batches.pending_count), 0)::bigint AS pending_count,
                coalesce(sum(batches.attempting_count), 0)::bigint AS attempting_count,
                coalesce(sum(batches.sent_count), 0)::bigint AS sent_count,
                coalesce(sum(batches.failed_count), 0)::bigint AS failed_count,
                coalesce(sum(batches.unknown_count), 0)::bigint AS unknown_count,
                coalesce(sum(batches.skipped_count), 0)::bigint AS skipped_count,
                coalesce(sum(batches.delivered_count), 0)::bigint AS delivered_count,
                coalesce(sum(batches.open_count), 0)::bigint AS open_count,
                coalesce(sum(batches.unique_open_count), 0)::bigint AS unique_open_count,
                coalesce(sum(batches.click_count), 0)::bigint AS click_count,
                coalesce(sum(batches.unique_click_count), 0)::bigint AS unique_click_count,
                coalesce(sum(batches.human_open_count), 0)::bigint AS human_open_count,
                coalesce(sum(batches.unique_human_open_count), 0)::bigint AS unique_human_open_count,
                coalesce(sum(batches.human_click_count), 0)::bigint AS human_click_count,
                coalesce(sum(batches.unique_human_click_count), 0)::bigint AS unique_human_click_count,
                coalesce(sum(batches.unsubscribe_count), 0)::bigint AS unsubscribe_count,
                coalesce(sum(batches.bounce_count), 0)::bigint AS bounce_count,
                coalesce(sum(batches.complaint_count), 0)::bigint AS complaint_count
            FROM campaign.batches
            WHERE batches.campaign_id = campaigns.id
        ) AS totals
        """
}
