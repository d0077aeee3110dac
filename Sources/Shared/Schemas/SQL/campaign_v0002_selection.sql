-- Campaigns to a list or a segment, the clicks of each link, and what erasing a person needs.

-- A segment's rules as they were when the campaign was started: editing the segment does not change who is selected half-way.
ALTER TABLE campaign.revisions ADD COLUMN segment_rules text;
-- The list whose members are selected; empty is none.
ALTER TABLE campaign.revisions ADD COLUMN recipient_list_key text NOT NULL DEFAULT '';
-- Whether the content uses what the list says about its members.
ALTER TABLE campaign.revisions ADD COLUMN uses_member boolean NOT NULL DEFAULT false;

CREATE INDEX campaigns_organization_idx ON campaign.campaigns (organization_id, id);

-- Clicks by link; changed in the transaction that counts the clicks of the rows.
CREATE TABLE campaign.link_clicks (
    campaign_id bigint NOT NULL REFERENCES campaign.campaigns (id),
    -- The link's number within the content.
    link integer NOT NULL,
    url text NOT NULL,
    -- Personalised links have many targets; a long one does not fit an index.
    url_hash text NOT NULL GENERATED ALWAYS AS (md5(url)) STORED,
    click_count bigint NOT NULL DEFAULT 0,
    human_click_count bigint NOT NULL DEFAULT 0,
    CONSTRAINT link_clicks_pkey PRIMARY KEY (campaign_id, link, url_hash)
) WITH (fillfactor = 60);
