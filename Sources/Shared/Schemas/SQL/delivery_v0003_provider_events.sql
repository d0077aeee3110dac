-- What the provider reported about messages, one row an address and event, kept for some weeks: what was done once is not done again,
-- soft bounces are counted, and a later notification without our tag finds its message by the provider's id.
CREATE TABLE delivery.provider_events (
    -- Derived from what the event says, so that a copy of it has the same key however it came.
    event_key uuid PRIMARY KEY,
    kind text NOT NULL CONSTRAINT provider_events_kind CHECK (
        kind IN ('sent', 'delivered', 'hard_bounce', 'soft_bounce', 'content_bounce', 'complaint', 'feedback', 'rejected', 'delayed')
    ),
    message_kind text NOT NULL CONSTRAINT provider_events_message_kind CHECK (message_kind IN ('campaign', 'transactional')),
    message_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    -- Normalised; whom the event is about, which need not be the contact (a copy's recipient).
    address text COLLATE "C" NOT NULL,
    provider_message_id text NOT NULL,
    -- Types and status, nothing of what the other server wrote.
    detail text NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX provider_events_by_provider_message ON delivery.provider_events (provider_message_id);
-- The run of soft bounces of an address since its last delivery.
CREATE INDEX provider_events_by_address ON delivery.provider_events (organization_id, address, occurred_at)
    WHERE kind IN ('soft_bounce', 'delivered');
CREATE INDEX provider_events_by_contact ON delivery.provider_events (contact_id);
CREATE INDEX provider_events_by_time ON delivery.provider_events USING brin (received_at);

-- Notifications without our tag look for a message among those of their day.
CREATE INDEX transactional_messages_by_time ON delivery.transactional_messages USING brin (created_at);
