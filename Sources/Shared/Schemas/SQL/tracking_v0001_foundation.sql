-- Tracking owns the append-only event log and the contact timelines.

CREATE SEQUENCE tracking.event_sequence;

-- One row a request on a public link. Never updated: classification happens before the insert, and whom an event concerns is in
-- tracking.contact_events. The key holds occurred_at because a partitioned table's unique key must hold the partition key; a replayed
-- event carries the same time.
CREATE TABLE tracking.events (
    id bigint NOT NULL DEFAULT nextval('tracking.event_sequence'),
    event_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL CONSTRAINT events_type CHECK (type IN ('open', 'click', 'unsubscribe')),
    message_kind text NOT NULL CONSTRAINT events_message_kind CHECK (message_kind IN ('campaign', 'transactional')),
    message_id bigint NOT NULL CONSTRAINT events_message_id CHECK (message_id > 0),
    link integer NOT NULL DEFAULT 0,
    url text NOT NULL DEFAULT '',
    user_agent text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    method text NOT NULL,
    unsubscribe_scope text NOT NULL DEFAULT '',
    classification text NOT NULL CONSTRAINT events_classification CHECK (classification IN ('human', 'machine', 'unknown')),
    classification_reason text NOT NULL DEFAULT '',
    CONSTRAINT events_pkey PRIMARY KEY (event_id, occurred_at)
) PARTITION BY RANGE (occurred_at);

-- Takes what no month covers (a clock far off), so that an acknowledged event always has a place (I5).
CREATE TABLE tracking.events_default PARTITION OF tracking.events DEFAULT;

CREATE INDEX events_by_id ON tracking.events USING brin (id);

-- Makes the partition of a month. SECURITY DEFINER because only the owner of a table may add partitions, and the service's role is not
-- the owner. Idempotent; concurrent calls wait for one another.
CREATE FUNCTION tracking.ensure_month(month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
DECLARE
    first_day date := pg_catalog.date_trunc('month', month)::date;
    next_day date := (pg_catalog.date_trunc('month', month) + interval '1 month')::date;
    partition text := pg_catalog.format('events_%s', pg_catalog.to_char(month, 'YYYY_MM'));
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('tracking.ensure_month'));
    IF pg_catalog.to_regclass('tracking.' || partition) IS NULL THEN
        EXECUTE pg_catalog.format(
            'CREATE TABLE tracking.%I PARTITION OF tracking.events FOR VALUES FROM (%L) TO (%L)',
            partition, first_day::timestamp AT TIME ZONE 'UTC', next_day::timestamp AT TIME ZONE 'UTC'
        );
    END IF;
END;
$$;

-- Events on their way to Campaign: one row a recorded micro-batch, written in the transaction of the events, deleted in the transaction of
-- contact_events. Campaign applies each event once by its id, so a repetition after a crash changes nothing.
CREATE TABLE tracking.forwarding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_count integer NOT NULL,
    -- The members of ApplyTrackingEvents.events, comma-separated JSON.
    events text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Whose timeline an event stands in, as Campaign answered.
CREATE TABLE tracking.contact_events (
    contact_id bigint NOT NULL,
    id bigint NOT NULL,
    event_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    organization_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    CONSTRAINT contact_events_pkey PRIMARY KEY (contact_id, id)
);

CREATE TABLE tracking.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination text NOT NULL,
    method text NOT NULL,
    params text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''
);

CREATE TABLE tracking.inbox (
    item_key text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
