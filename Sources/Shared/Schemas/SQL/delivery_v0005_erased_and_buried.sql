-- Whose data no writer may store again that was on its way when they were erased.
CREATE TABLE delivery.erased_contacts (
    contact_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT erased_contacts_pkey PRIMARY KEY (contact_id, organization_id)
);

-- The transactional message that failed because this entry was buried; redriving the entry takes the message up again.
ALTER TABLE delivery.dead_letters ADD COLUMN message_id bigint;
