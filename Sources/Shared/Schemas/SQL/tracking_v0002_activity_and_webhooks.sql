-- What clients see of the log (history, feed, webhooks), and everything that goes out because of it.

-- One row an event that concerns a client. Requests on public links come here from tracking.events once Campaign or Delivery has said whose
-- they are (log_event_id leads back to the request); all else is recorded here at once.
CREATE TABLE tracking.activity (
    id bigint NOT NULL DEFAULT nextval('tracking.event_sequence') CONSTRAINT activity_pkey PRIMARY KEY,
    -- The sender's id of the event; NULL for requests on links, which the log knows by log_event_id.
    event_key text,
    organization_id bigint NOT NULL,
    -- 0 concerns every client of the organization; NULL is not known, so it stands in no client's feed.
    client_id bigint,
    audience_id bigint,
    -- 0 for none, and after erasure.
    contact_id bigint NOT NULL DEFAULT 0,
    type text NOT NULL CONSTRAINT activity_type CHECK (
        type IN ('queued', 'skipped', 'sent', 'delivered', 'open', 'click', 'subscribe', 'unsubscribe', 'bounce', 'complaint', 'failed')
    ),
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    email text NOT NULL DEFAULT '',
    campaign_id bigint,
    recipient_id bigint,
    transactional_message_id bigint,
    metadata jsonb NOT NULL DEFAULT '{}' CONSTRAINT activity_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    log_event_id uuid
);

CREATE UNIQUE INDEX activity_event_key ON tracking.activity (event_key) WHERE event_key IS NOT NULL;
-- A batch of requests may come a second time when a part of it is new.
CREATE UNIQUE INDEX activity_log_event ON tracking.activity (log_event_id) WHERE log_event_id IS NOT NULL;
CREATE INDEX activity_feed ON tracking.activity (organization_id, client_id, id);
CREATE INDEX activity_contact ON tracking.activity (contact_id, id) WHERE contact_id > 0;
CREATE INDEX activity_recorded ON tracking.activity USING brin (recorded_at);

-- The id is the cursor of the feed, and a reader that has seen id 9 never looks below it again. So ids must become visible in their order: a
-- writer takes this lock before its first id and holds it to the end of its transaction. It is taken by the table itself, so that
-- no writer can forget it. Writers are few (one forwarder, the outboxes of the services) and come with batches.
CREATE FUNCTION tracking.order_activity() RETURNS trigger
LANGUAGE plpgsql SET search_path = ''
AS $$
BEGIN
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('tracking.activity'));
    RETURN NULL;
END;
$$;

CREATE TRIGGER activity_order BEFORE INSERT ON tracking.activity
FOR EACH STATEMENT EXECUTE FUNCTION tracking.order_activity();

INSERT INTO tracking.activity (id, organization_id, contact_id, type, occurred_at, campaign_id, recipient_id, log_event_id)
SELECT contact_events.id, contact_events.organization_id, contact_events.contact_id, events.type, events.occurred_at,
    contact_events.campaign_id, events.message_id, events.event_id
FROM tracking.contact_events
JOIN tracking.events ON events.event_id = contact_events.event_id AND events.occurred_at = contact_events.occurred_at;

DROP TABLE tracking.contact_events;

-- Requests on links of transactional mail go to Delivery as those of campaigns go to Campaign.
ALTER TABLE tracking.forwarding
    ADD COLUMN message_kind text NOT NULL DEFAULT 'campaign'
    CONSTRAINT forwarding_message_kind CHECK (message_kind IN ('campaign', 'transactional'));

-- Whose events are to be stored without anything that says who it was.
CREATE TABLE tracking.erased_contacts (
    contact_id bigint PRIMARY KEY,
    organization_id bigint NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Where deliveries go. An id is drawn first, because it is bound into the sealed secret.
CREATE SEQUENCE tracking.endpoint_sequence;

CREATE TABLE tracking.endpoints (
    id bigint NOT NULL CONSTRAINT endpoints_pkey PRIMARY KEY,
    organization_id bigint NOT NULL,
    client_id bigint NOT NULL,
    client_slug text NOT NULL,
    -- standard: Standard Webhooks; callback: JSON with a bearer token; mailchimp: tags of a Mailchimp audience.
    format text NOT NULL CONSTRAINT endpoints_format CHECK (format IN ('standard', 'callback', 'mailchimp')),
    url text NOT NULL,
    description text NOT NULL DEFAULT '',
    -- Empty is all.
    event_types text[] NOT NULL DEFAULT '{}',
    -- mailchimp: the list.
    list_id text NOT NULL DEFAULT '',
    -- Sealed (AES-256-GCM).
    secret bytea,
    previous_secret bytea,
    previous_secret_until timestamptz,
    is_enabled boolean NOT NULL DEFAULT true,
    -- Why the service switched it off; empty when the client did, and while it is on.
    disabled_reason text NOT NULL DEFAULT '',
    -- Since when every attempt has failed.
    failing_since timestamptz,
    failure_count integer NOT NULL DEFAULT 0,
    -- The receiver asked to be left alone until then.
    paused_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT endpoints_previous_secret CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);

CREATE INDEX endpoints_client ON tracking.endpoints (client_id, id);
CREATE INDEX endpoints_organization ON tracking.endpoints (organization_id);
CREATE UNIQUE INDEX endpoints_single ON tracking.endpoints (client_id, format) WHERE format <> 'standard';

-- One row a thing to deliver, made in the transaction of the event. A worker leases a row by moving due_at past the end of its attempt,
-- so a lease that nobody finishes is due again by itself.
CREATE TABLE tracking.deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT deliveries_pkey PRIMARY KEY,
    endpoint_id bigint NOT NULL,
    -- An event, whose row the body is made of.
    event_id bigint,
    -- Or a subject (an address) with what is to become true of it; later changes merge into the row that waits and raise its version.
    subject text,
    payload jsonb,
    version integer NOT NULL DEFAULT 0,
    state text NOT NULL DEFAULT 'pending' CONSTRAINT deliveries_state CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT deliveries_endpoint FOREIGN KEY (endpoint_id) REFERENCES tracking.endpoints (id) ON DELETE CASCADE,
    CONSTRAINT deliveries_content CHECK ((event_id IS NULL) = (payload IS NOT NULL)),
    CONSTRAINT deliveries_finished CHECK ((state = 'pending') = (finished_at IS NULL))
) WITH (fillfactor = 80);

CREATE INDEX deliveries_due ON tracking.deliveries (endpoint_id, due_at) WHERE state = 'pending';
CREATE INDEX deliveries_endpoint_event ON tracking.deliveries (endpoint_id, event_id);
CREATE UNIQUE INDEX deliveries_subject ON tracking.deliveries (endpoint_id, subject) WHERE state = 'pending' AND subject IS NOT NULL;
CREATE INDEX deliveries_old ON tracking.deliveries (finished_at) WHERE state <> 'pending';

CREATE TABLE tracking.delivery_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT delivery_attempts_pkey PRIMARY KEY,
    endpoint_id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    duration_ms integer NOT NULL,
    succeeded boolean NOT NULL,
    -- 0 when no answer came.
    status integer NOT NULL,
    error text NOT NULL DEFAULT '',
    -- The beginning of the answer's body.
    response text NOT NULL DEFAULT '',
    CONSTRAINT delivery_attempts_delivery FOREIGN KEY (delivery_id) REFERENCES tracking.deliveries (id) ON DELETE CASCADE
);

CREATE INDEX delivery_attempts_endpoint ON tracking.delivery_attempts (endpoint_id, id);
CREATE INDEX delivery_attempts_delivery ON tracking.delivery_attempts (delivery_id);
