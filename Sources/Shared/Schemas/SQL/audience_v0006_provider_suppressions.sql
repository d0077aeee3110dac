-- Which events of the provider suppressed which contact: each is applied once, and the reason can be shown.
CREATE TABLE audience.provider_suppressions (
    event_id text PRIMARY KEY,
    organization_id bigint NOT NULL,
    -- NULL: the address belongs to an erased person, or is none that a contact can have.
    contact_id bigint,
    kind text NOT NULL CONSTRAINT provider_suppressions_kind CHECK (kind IN ('hard_bounce', 'complaint')),
    -- Types and status; nothing that names a person.
    detail text NOT NULL,
    occurred_at timestamptz NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX provider_suppressions_by_contact ON audience.provider_suppressions (contact_id) WHERE contact_id IS NOT NULL;
