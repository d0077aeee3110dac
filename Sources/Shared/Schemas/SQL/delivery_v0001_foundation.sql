-- Delivery owns the queues with their dead letters and the send-rate limiter.

-- A message waits while visible_at lies ahead: delayed, or leased by a worker. receipt fences a worker whose lease ran out.
CREATE TABLE delivery.queue_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue text NOT NULL CONSTRAINT queue_messages_queue CHECK (
        queue IN ('transactional-email', 'campaign-email', 'ses-webhooks', 'email-events')
    ),
    body text NOT NULL,
    visible_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    receive_count integer NOT NULL DEFAULT 0,
    receipt bigint NOT NULL DEFAULT 0,
    enqueued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_error text NOT NULL DEFAULT ''
);

CREATE INDEX queue_messages_ready ON delivery.queue_messages (queue, visible_at, id);

CREATE SEQUENCE delivery.receipt_sequence;

-- Messages that were received too often, or that no version of the contract covers.
CREATE TABLE delivery.dead_letters (
    id bigint PRIMARY KEY,
    queue text NOT NULL,
    body text NOT NULL,
    receive_count integer NOT NULL,
    enqueued_at timestamptz NOT NULL,
    died_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_error text NOT NULL
);

CREATE INDEX dead_letters_by_queue ON delivery.dead_letters (queue, id);

-- Which batches have been enqueued, so that a repeated call of Campaign's outbox enqueues nothing.
CREATE TABLE delivery.enqueued_batches (
    batch_id bigint NOT NULL,
    generation bigint NOT NULL,
    enqueued_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT enqueued_batches_pkey PRIMARY KEY (batch_id, generation)
);

CREATE INDEX enqueued_batches_by_time ON delivery.enqueued_batches USING brin (enqueued_at);

-- One token bucket a provider account, shared by all workers on all hosts; times are the database's.
CREATE TABLE delivery.send_rates (
    account text PRIMARY KEY,
    -- Messages a second that the provider allows; what throttling leaves of it is current_rate.
    allowed_rate double precision NOT NULL CONSTRAINT send_rates_allowed CHECK (allowed_rate > 0),
    current_rate double precision NOT NULL CONSTRAINT send_rates_current CHECK (current_rate > 0),
    tokens double precision NOT NULL DEFAULT 0,
    refilled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- No campaign mail before this moment (daily quota, paused account).
    blocked_until timestamptz,
    blocked_reason text NOT NULL DEFAULT '',
    learned_at timestamptz
);

CREATE TABLE delivery.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination text NOT NULL,
    method text NOT NULL,
    params text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''
);

CREATE TABLE delivery.inbox (
    item_key text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
