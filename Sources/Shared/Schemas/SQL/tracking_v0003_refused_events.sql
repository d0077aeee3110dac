-- Events that Campaign refuses for good must not hold up those behind them: they are tried apart, and moved aside after a while.

ALTER TABLE tracking.forwarding
    ADD COLUMN refusals integer NOT NULL DEFAULT 0,
    -- Campaign broke on it; it may be well again.
    ADD COLUMN failures integer NOT NULL DEFAULT 0,
    ADD COLUMN last_error text NOT NULL DEFAULT '',
    -- Not tried again before.
    ADD COLUMN due_at timestamptz NOT NULL DEFAULT '-infinity';

-- An acknowledged event is never lost (I5): it stays here, `verify` names it, and an operator can send it on its way again.
CREATE TABLE tracking.refused_events (
    id bigint NOT NULL CONSTRAINT refused_events_pkey PRIMARY KEY,
    message_kind text NOT NULL,
    event_count integer NOT NULL,
    events text NOT NULL,
    created_at timestamptz NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL,
    last_error text NOT NULL
);
