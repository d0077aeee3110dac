-- Whose data no snapshot page may store that was on its way when they were erased.
CREATE TABLE campaign.erased_contacts (
    contact_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT erased_contacts_pkey PRIMARY KEY (contact_id, organization_id)
);

-- The tick forgets old items without reading the others.
CREATE INDEX inbox_by_time ON campaign.inbox USING brin (applied_at);
