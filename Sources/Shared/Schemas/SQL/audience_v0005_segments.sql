-- Segments: saved rules that select contacts of an audience, and what the rules need to know about opens and clicks.

CREATE TABLE audience.segments (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    name text NOT NULL,
    -- A tree of conditions, checked when it was stored. JSON text, so that member order and number spelling stay as they came.
    rules text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT segments_audience_fkey FOREIGN KEY (organization_id, audience_id) REFERENCES audience.audiences (organization_id, id),
    CONSTRAINT segments_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES audience.clients (organization_id, id),
    CONSTRAINT segments_key UNIQUE (audience_id, client_id, key),
    CONSTRAINT segments_key_form CHECK (octet_length(key) BETWEEN 1 AND 200)
);

-- Opens and clicks of a contact's mail from one audience. Sums and latest times: merging is free of order, and each batch of events is merged
-- once by its key in the inbox. Updates touch no indexed column. Keyed by the contact first, so that erasing one finds its rows.
CREATE TABLE audience.engagement (
    contact_id bigint NOT NULL,
    audience_id bigint NOT NULL,
    open_count integer NOT NULL DEFAULT 0,
    human_open_count integer NOT NULL DEFAULT 0,
    click_count integer NOT NULL DEFAULT 0,
    human_click_count integer NOT NULL DEFAULT 0,
    last_opened_at timestamptz,
    last_human_opened_at timestamptz,
    last_clicked_at timestamptz,
    last_human_clicked_at timestamptz,
    CONSTRAINT engagement_pkey PRIMARY KEY (contact_id, audience_id),
    CONSTRAINT engagement_contact_fkey FOREIGN KEY (contact_id) REFERENCES audience.contacts (id) ON DELETE CASCADE
) WITH (fillfactor = 75);

-- A moment from microseconds since 1970; NULL for 0, which is never.
CREATE FUNCTION audience.moment(microseconds bigint) RETURNS timestamptz
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE WHEN microseconds <> 0 THEN timestamptz '1970-01-01 00:00:00+00' + microseconds * interval '1 microsecond' END
$$;
