-- The gateway owns staff users and the log of what they do.

CREATE TABLE gateway.users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    role text NOT NULL CONSTRAINT users_role CHECK (role IN ('admin', 'editor', 'viewer')),
    -- A PHC string: scrypt with its parameters.
    password text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE gateway.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL
);

CREATE TABLE gateway.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination text NOT NULL,
    method text NOT NULL,
    params text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''
);

CREATE TABLE gateway.inbox (
    item_key text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);
