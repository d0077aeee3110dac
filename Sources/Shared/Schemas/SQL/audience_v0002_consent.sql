-- Consent, suppression and erasure of contacts: what happened, when, and why; and the rule explained.

-- Preferences keep the words that a client shows for a category.
ALTER TABLE audience.category_preferences
    ADD COLUMN label text NOT NULL DEFAULT '',
    ADD COLUMN reason text NOT NULL DEFAULT '';

-- A wish to be subscribed, and its confirmation by a link that only the owner of the address has (double opt-in).
-- The id is random, made by who signs the link.
CREATE TABLE audience.consents (
    id bigint PRIMARY KEY,
    organization_id bigint NOT NULL,
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    -- What the person agreed to, as it was shown to them.
    wording text NOT NULL,
    -- Where the form stood; empty when the client does not say.
    source text NOT NULL DEFAULT '',
    requested_at timestamptz NOT NULL,
    -- Networks, not addresses: IPv4 /24, IPv6 /48; empty when not known.
    requested_from text NOT NULL DEFAULT '',
    -- After that, the link is only a page that says so.
    expires_at timestamptz NOT NULL,
    confirmed_at timestamptz,
    confirmed_from text NOT NULL DEFAULT '',
    CONSTRAINT consents_audience_fkey FOREIGN KEY (organization_id, audience_id) REFERENCES audience.audiences (organization_id, id),
    CONSTRAINT consents_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES audience.clients (organization_id, id),
    CONSTRAINT consents_contact_fkey FOREIGN KEY (contact_id) REFERENCES audience.contacts (id),
    CONSTRAINT consents_id_positive CHECK (id > 0),
    CONSTRAINT consents_wording_present CHECK (wording <> '')
);

CREATE INDEX consents_contact ON audience.consents (contact_id, requested_at);

-- Who put an address on the suppression list or took it off, and why. The state itself stands in the contact's row.
CREATE TABLE audience.suppression_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contact_id bigint NOT NULL,
    kind text NOT NULL,
    is_suppressed boolean NOT NULL,
    reason text NOT NULL DEFAULT '',
    -- `api`, `provider`, …
    source text NOT NULL,
    client_id bigint,
    changed_at timestamptz NOT NULL,
    CONSTRAINT suppression_changes_contact_fkey FOREIGN KEY (contact_id) REFERENCES audience.contacts (id),
    CONSTRAINT suppression_changes_kind CHECK (kind IN ('hard_bounce', 'complaint', 'global_unsubscribe'))
);

CREATE INDEX suppression_changes_contact ON audience.suppression_changes (contact_id, id);

-- The suppression list itself. Only a change of one of the three times moves a row in this index.
CREATE INDEX contacts_suppressed ON audience.contacts (organization_id, id)
    WHERE hard_bounced_at IS NOT NULL OR complained_at IS NOT NULL OR global_unsubscribed_at IS NOT NULL;

-- What an erasure removed, here and, by the answers that the outbox brings back, in the other services. Holds no address.
CREATE TABLE audience.erasures (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    client_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    counts jsonb NOT NULL,
    campaign jsonb,
    delivery jsonb,
    tracking jsonb,
    erased_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT erasures_organization_fkey FOREIGN KEY (organization_id) REFERENCES audience.organizations (id),
    CONSTRAINT erasures_contact_key UNIQUE (organization_id, contact_id)
);

-- Every reason that holds, in the rule's order: the one rule is asked again and again, each time without the fact that it named.
-- A reason that this function does not know is an error, so that it cannot fall behind the rule.
CREATE FUNCTION audience.marketing_refusals(
    contact audience.contacts,
    membership audience.memberships,
    subscription audience.subscriptions,
    is_category_disabled boolean
) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE
AS $$
DECLARE
    refusal text;
    refusals text[] := '{}';
BEGIN
    LOOP
        refusal := audience.marketing_refusal(contact, membership, subscription, is_category_disabled);
        EXIT WHEN refusal IS NULL;
        refusals := refusals || refusal;
        CASE refusal
            WHEN 'hard_bounce' THEN contact.hard_bounced_at := NULL;
            WHEN 'complaint' THEN contact.complained_at := NULL;
            WHEN 'global_unsubscribe' THEN contact.global_unsubscribed_at := NULL;
            WHEN 'invalid_email' THEN contact.validation_status := 'valid';
            WHEN 'unverified' THEN contact.verified_at := 'epoch';
            WHEN 'audience_unsubscribe' THEN membership.status := NULL;
            WHEN 'client_unsubscribe' THEN subscription.status := 'subscribed';
            WHEN 'suppressed' THEN subscription.status := 'subscribed';
            WHEN 'category_disabled' THEN is_category_disabled := false;
        END CASE;
    END LOOP;
    RETURN refusals;
END
$$;

CREATE FUNCTION audience.transactional_refusals(contact audience.contacts, is_category_disabled boolean) RETURNS text[]
LANGUAGE plpgsql
IMMUTABLE
AS $$
DECLARE
    refusal text;
    refusals text[] := '{}';
BEGIN
    LOOP
        refusal := audience.transactional_refusal(contact, is_category_disabled);
        EXIT WHEN refusal IS NULL;
        refusals := refusals || refusal;
        CASE refusal
            WHEN 'hard_bounce' THEN contact.hard_bounced_at := NULL;
            WHEN 'complaint' THEN contact.complained_at := NULL;
            WHEN 'global_unsubscribe' THEN contact.global_unsubscribed_at := NULL;
            WHEN 'category_disabled' THEN is_category_disabled := false;
        END CASE;
    END LOOP;
    RETURN refusals;
END
$$;

-- A text as a cell of a CSV (RFC 4180), safe from being run as a formula by a spreadsheet program.
CREATE FUNCTION audience.csv_cell(value text) RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN value = '' THEN ''
        WHEN value ~ '^[-=+@\t\r\n＝＋－＠]'
            THEN CASE WHEN value ~ '[",\r\n]| $' THEN '"''' || replace(value, '"', '""') || '"' ELSE '''' || value END
        WHEN value ~ '[",\r\n]|^ | $' THEN '"' || replace(value, '"', '""') || '"'
        ELSE value
    END
$$;

-- A time as the API writes it; empty for none.
CREATE FUNCTION audience.csv_time(moment timestamptz) RETURNS text
LANGUAGE sql
STABLE
AS $$
    SELECT coalesce(to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')
$$;
