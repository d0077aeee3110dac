-- Equal refusals in a row, and clicks of links that add up.

-- A provider that refuses one message after another for the same reason refuses the campaign: what was refused last, and how often since
-- anything was accepted.
ALTER TABLE campaign.campaigns
    ADD COLUMN refusal_kind text NOT NULL DEFAULT '',
    ADD COLUMN refusal_count integer NOT NULL DEFAULT 0;

-- Every click of a campaign stands in a line of its links, those without a known link in the line -1, so that the sums are the campaign's.
INSERT INTO campaign.link_clicks (campaign_id, link, url, click_count, human_click_count)
SELECT counted.campaign_id, -1, '', counted.clicks - coalesce(known.clicks, 0), counted.human_clicks - coalesce(known.human_clicks, 0)
FROM (
    SELECT batches.campaign_id, sum(batches.click_count) AS clicks, sum(batches.human_click_count) AS human_clicks
    FROM campaign.batches
    GROUP BY batches.campaign_id
) AS counted
LEFT JOIN (
    SELECT link_clicks.campaign_id, sum(link_clicks.click_count) AS clicks, sum(link_clicks.human_click_count) AS human_clicks
    FROM campaign.link_clicks
    GROUP BY link_clicks.campaign_id
) AS known ON known.campaign_id = counted.campaign_id
WHERE counted.clicks <> coalesce(known.clicks, 0) OR counted.human_clicks <> coalesce(known.human_clicks, 0);

-- Learns anew how large the ledger is: prepared statements keep plans that were made while it was small, and would read all of it. SECURITY
-- DEFINER because only the owner of a table may do it.
CREATE FUNCTION campaign.analyze_ledger() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    ANALYZE campaign.recipients, campaign.batches;
END;
$$;
