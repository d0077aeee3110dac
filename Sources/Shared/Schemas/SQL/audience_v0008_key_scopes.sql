-- What a key may do, until when, and how often. No scopes: everything that its client may.
ALTER TABLE audience.api_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN rate_limit integer,
    ADD CONSTRAINT api_keys_rate_limit_positive CHECK (rate_limit > 0);
