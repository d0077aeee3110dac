-- Who stands among the copies of which message, so that an erasure finds an address without reading all messages. Few messages have any.
CREATE TABLE delivery.message_copies (
    organization_id bigint NOT NULL,
    -- Normalised.
    address text COLLATE "C" NOT NULL,
    message_id bigint NOT NULL,
    CONSTRAINT message_copies_pkey PRIMARY KEY (organization_id, address, message_id)
);

CREATE INDEX message_copies_by_message ON delivery.message_copies (message_id);

-- Messages from before this table: what stands in angle brackets at the end, or all of it.
INSERT INTO delivery.message_copies (organization_id, address, message_id)
SELECT DISTINCT
    message.organization_id, pg_catalog.lower(pg_catalog.btrim(COALESCE(substring(copies.entry FROM '<([^<>]*)>\s*$'), copies.entry))), message.id
FROM delivery.transactional_messages AS message
CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(message.cc || message.bcc) AS copies (entry)
WHERE message.cc <> '[]' OR message.bcc <> '[]';

-- What the provider told of an address is found too, of whatever kind it is.
DROP INDEX delivery.provider_events_by_address;
CREATE INDEX provider_events_by_address ON delivery.provider_events (organization_id, address, occurred_at);
