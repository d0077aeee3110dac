-- Transactional mail: templates with their versions, messages with their events, and what is being sent at this moment.

CREATE TABLE delivery.templates (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    client_id bigint NOT NULL,
    template_key text COLLATE "C" NOT NULL CONSTRAINT templates_key_length CHECK (octet_length(template_key) BETWEEN 1 AND 800),
    name text NOT NULL,
    description text NOT NULL,
    default_sender_id text NOT NULL,
    is_active boolean NOT NULL,
    -- What becomes of a message of which nobody knows whether the provider has it: it is held, or sent once more.
    on_unknown text NOT NULL CONSTRAINT templates_on_unknown CHECK (on_unknown IN ('hold', 'resend')),
    current_version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT templates_client_key UNIQUE (client_id, template_key)
);

-- A version never changes, so that what was compiled of it stays good.
CREATE TABLE delivery.template_versions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    template_id bigint NOT NULL,
    version integer NOT NULL,
    subject text NOT NULL,
    html_body text NOT NULL,
    text_body text NOT NULL,
    -- [{"name": …, "description": …}]
    required_context jsonb NOT NULL,
    example_context jsonb NOT NULL,
    strict_variables boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT template_versions_template_fkey FOREIGN KEY (template_id) REFERENCES delivery.templates (id),
    CONSTRAINT template_versions_key UNIQUE (template_id, version)
);

-- One accepted message with its rendered content. Updates touch no indexed column and find room in the page, so they stay HOT.
CREATE TABLE delivery.transactional_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    client_id bigint NOT NULL,
    audience_id bigint,
    audience_slug text NOT NULL,
    contact_id bigint NOT NULL,
    email text NOT NULL,
    sender_id text NOT NULL,
    sender text NOT NULL,
    reply_to text NOT NULL,
    -- Arrays of text.
    cc jsonb NOT NULL,
    bcc jsonb NOT NULL,
    template_id bigint NOT NULL,
    template_key text NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    -- SHA-256 of what was asked for; NULL where a repetition is not compared.
    body_hash bytea,
    category_tag text NOT NULL,
    subject text NOT NULL,
    html_body text NOT NULL,
    text_body text NOT NULL,
    -- {"headers": …, "parts": …, "attachments": …}, NULL when there are none.
    extras jsonb,
    metadata jsonb NOT NULL,
    status text NOT NULL CONSTRAINT transactional_messages_status CHECK (
        status IN ('queued', 'sending', 'sent', 'failed', 'skipped', 'bounced', 'complained', 'unknown', 'cancelled')
    ),
    skip_reason text NOT NULL DEFAULT '',
    last_error text NOT NULL DEFAULT '',
    -- How often sending has begun; outcomes are guarded by it.
    attempt integer NOT NULL DEFAULT 0,
    -- How often an unknown end may still be answered with another copy.
    resends_left integer NOT NULL,
    attempt_deadline timestamptz,
    -- When the client wants it sent.
    send_at timestamptz,
    not_before timestamptz,
    provider_message_id text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at timestamptz,
    delivered_at timestamptz,
    bounced_at timestamptz,
    complained_at timestamptz,
    first_opened_at timestamptz,
    first_clicked_at timestamptz,
    open_count bigint NOT NULL DEFAULT 0,
    click_count bigint NOT NULL DEFAULT 0,
    CONSTRAINT transactional_messages_idempotency_key UNIQUE (client_id, idempotency_key)
) WITH (fillfactor = 60);

CREATE INDEX transactional_messages_by_contact ON delivery.transactional_messages (contact_id, id);

CREATE TABLE delivery.message_events (
    id bigint GENERATED ALWAYS AS IDENTITY,
    message_id bigint NOT NULL,
    type text NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    metadata jsonb NOT NULL DEFAULT '{}',
    -- The provider's or the link's event, so that a repetition changes nothing.
    source_event_id text,
    CONSTRAINT message_events_pkey PRIMARY KEY (message_id, id)
);

CREATE UNIQUE INDEX message_events_source_key ON delivery.message_events (message_id, source_event_id) WHERE source_event_id IS NOT NULL;

-- Messages whose sending has begun, by window: written before the first byte leaves, deleted with the outcomes. What a killed worker
-- leaves here past the deadline becomes unknown. Small at any time, so that nothing searches the messages by state.
CREATE TABLE delivery.transactional_windows (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker text NOT NULL,
    deadline timestamptz NOT NULL,
    message_ids bigint[] NOT NULL
);

-- While transactional mail waits for the rate, campaigns take nothing from it.
ALTER TABLE delivery.send_rates ADD COLUMN transactional_until timestamptz;
