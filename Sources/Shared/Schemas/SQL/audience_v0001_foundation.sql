-- Audience: who may be written to, by whom, and why not.
-- An organization is the wall: every statement names it, and what an id means is only asked inside it.

CREATE TABLE audience.organizations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug text NOT NULL,
    name text NOT NULL,
    -- Keys the hashes of erased addresses.
    tombstone_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organizations_slug_key UNIQUE (slug),
    CONSTRAINT organizations_slug_form CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    CONSTRAINT organizations_tombstone_key_length CHECK (octet_length(tombstone_key) = 32)
);

CREATE TABLE audience.audiences (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT audiences_organization_fkey FOREIGN KEY (organization_id) REFERENCES audience.organizations (id),
    CONSTRAINT audiences_organization_slug_key UNIQUE (organization_id, slug),
    CONSTRAINT audiences_organization_id_key UNIQUE (organization_id, id),
    CONSTRAINT audiences_slug_form CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);

CREATE TABLE audience.clients (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    default_sender_key text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT clients_organization_fkey FOREIGN KEY (organization_id) REFERENCES audience.organizations (id),
    CONSTRAINT clients_organization_slug_key UNIQUE (organization_id, slug),
    CONSTRAINT clients_organization_id_key UNIQUE (organization_id, id),
    CONSTRAINT clients_slug_form CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$')
);

CREATE TABLE audience.senders (
    client_id bigint NOT NULL,
    sender_key text NOT NULL,
    -- As the client wrote it: `Name <local@domain>` or a bare address.
    mailbox text NOT NULL,
    position integer NOT NULL,
    CONSTRAINT senders_pkey PRIMARY KEY (client_id, sender_key),
    CONSTRAINT senders_client_fkey FOREIGN KEY (client_id) REFERENCES audience.clients (id),
    CONSTRAINT senders_key_form CHECK (sender_key ~ '^[A-Za-z0-9_-]{1,64}$'),
    CONSTRAINT senders_mailbox_form CHECK (mailbox LIKE '%_@_%' AND octet_length(mailbox) <= 1000)
);

-- Deferred, so that one statement may replace all senders and name the new default.
ALTER TABLE audience.clients
    ADD CONSTRAINT clients_default_sender_fkey FOREIGN KEY (id, default_sender_key)
    REFERENCES audience.senders (client_id, sender_key) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE audience.api_keys (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id bigint NOT NULL,
    name text NOT NULL,
    public_id text NOT NULL,
    secret_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_client_fkey FOREIGN KEY (client_id) REFERENCES audience.clients (id),
    CONSTRAINT api_keys_public_id_key UNIQUE (public_id),
    CONSTRAINT api_keys_public_id_form CHECK (public_id ~ '^[a-z0-9]{12}$'),
    CONSTRAINT api_keys_secret_hash_length CHECK (octet_length(secret_hash) = 32),
    CONSTRAINT api_keys_name_present CHECK (name <> '')
) WITH (fillfactor = 80);

CREATE UNIQUE INDEX api_keys_live_name_key ON audience.api_keys (client_id, name) WHERE revoked_at IS NULL;

-- One person of one organization. Updates touch no indexed column, so with the room left in each page they stay HOT.
CREATE TABLE audience.contacts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    -- Normalised. Compared by bytes: the order in which rows are locked.
    email text COLLATE "C" NOT NULL,
    -- As first written, when that differs.
    email_original text,
    attributes jsonb NOT NULL DEFAULT '{}',
    verified_at timestamptz,
    validation_status text NOT NULL DEFAULT 'unknown',
    validation_reason text NOT NULL DEFAULT '',
    validated_at timestamptz,
    hard_bounced_at timestamptz,
    complained_at timestamptz,
    global_unsubscribed_at timestamptz,
    global_unsubscribe_reason text NOT NULL DEFAULT '',
    -- Which record of which import made this contact: provenance, and how an import knows its own duplicates.
    import_job_id bigint,
    import_item integer,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT contacts_organization_email_key UNIQUE (organization_id, email),
    CONSTRAINT contacts_email_form CHECK (octet_length(email) BETWEEN 3 AND 254),
    CONSTRAINT contacts_attributes_object CHECK (jsonb_typeof(attributes) = 'object'),
    CONSTRAINT contacts_validation_status CHECK (
        validation_status IN (
            'unknown', 'valid', 'invalid_syntax', 'no_mx', 'disposable', 'risky', 'manually_invalid', 'externally_validated'
        )
    )
) WITH (fillfactor = 90);

-- A contact's place in an audience: its tags, and the audience-wide subscription when there is one.
-- In contact order by its key, so that a campaign reads it front to back together with the subscriptions.
CREATE TABLE audience.memberships (
    audience_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    tag_ids integer[] NOT NULL DEFAULT '{}',
    status text,
    verified_at timestamptz,
    unsubscribed_at timestamptz,
    unsubscribe_reason text NOT NULL DEFAULT '',
    CONSTRAINT memberships_pkey PRIMARY KEY (audience_id, contact_id),
    CONSTRAINT memberships_status CHECK (status IN ('pending', 'subscribed', 'unsubscribed')),
    CONSTRAINT memberships_unsubscribed_time CHECK ((status IS NOT DISTINCT FROM 'unsubscribed') = (unsubscribed_at IS NOT NULL))
) WITH (fillfactor = 90);

CREATE TABLE audience.tags (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    audience_id bigint NOT NULL,
    slug text COLLATE "C" NOT NULL,
    name text NOT NULL,
    CONSTRAINT tags_audience_fkey FOREIGN KEY (audience_id) REFERENCES audience.audiences (id),
    CONSTRAINT tags_audience_slug_key UNIQUE (audience_id, slug),
    CONSTRAINT tags_slug_form CHECK (octet_length(slug) BETWEEN 1 AND 200)
);

-- A contact's subscription to one client inside one audience.
CREATE TABLE audience.subscriptions (
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    status text NOT NULL,
    verified_at timestamptz,
    unsubscribed_at timestamptz,
    unsubscribe_reason text NOT NULL DEFAULT '',
    -- Where the consent came from: `api`, `import:7`, or the reason given with a re-subscription.
    source text NOT NULL,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (audience_id, client_id, contact_id),
    CONSTRAINT subscriptions_status CHECK (status IN ('pending', 'subscribed', 'unsubscribed')),
    CONSTRAINT subscriptions_unsubscribed_time CHECK ((status = 'unsubscribed') = (unsubscribed_at IS NOT NULL))
) WITH (fillfactor = 90);

-- Foreign keys check row by row (5 us each: an import would take three times as long). These check whole statements, and more:
-- a contact, its audience and its client are of one organization. Keys of these rows are never updated. OFFSET 0
-- fixes one look-up by key for each row: a plan from when the tables were empty is kept while they grow.

CREATE FUNCTION audience.check_added_contacts() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT organization_id FROM added) AS named
        WHERE NOT EXISTS (SELECT FROM audience.organizations WHERE organizations.id = named.organization_id)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'a contact of no organization', CONSTRAINT = 'contacts_organization';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER contacts_organization AFTER INSERT ON audience.contacts
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.check_added_contacts();

CREATE FUNCTION audience.check_added_memberships() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
        LEFT JOIN audience.audiences ON audiences.id = added.audience_id
        LEFT JOIN LATERAL (
            SELECT contacts.organization_id FROM audience.contacts WHERE contacts.id = added.contact_id OFFSET 0
        ) AS contacts ON true
        WHERE contacts.organization_id IS DISTINCT FROM audiences.organization_id OR contacts.organization_id IS NULL
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'contact and audience are not of one organization', CONSTRAINT = 'memberships_wall';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER memberships_wall AFTER INSERT ON audience.memberships
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.check_added_memberships();

CREATE FUNCTION audience.check_added_subscriptions() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT audience_id, client_id FROM added) AS named
        LEFT JOIN audience.audiences ON audiences.id = named.audience_id
        LEFT JOIN audience.clients ON clients.id = named.client_id
        WHERE clients.organization_id IS DISTINCT FROM audiences.organization_id OR clients.organization_id IS NULL
    ) OR EXISTS (
        SELECT FROM added
        LEFT JOIN LATERAL (
            SELECT memberships.contact_id
            FROM audience.memberships
            WHERE memberships.audience_id = added.audience_id AND memberships.contact_id = added.contact_id
            OFFSET 0
        ) AS memberships ON true
        WHERE memberships.contact_id IS NULL
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'client, contact and audience are not of one organization', CONSTRAINT = 'subscriptions_wall';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER subscriptions_wall AFTER INSERT ON audience.subscriptions
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.check_added_subscriptions();

CREATE TABLE audience.category_preferences (
    contact_id bigint NOT NULL,
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    category_tag text COLLATE "C" NOT NULL,
    enabled boolean NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT category_preferences_pkey PRIMARY KEY (contact_id, audience_id, client_id, category_tag),
    CONSTRAINT category_preferences_contact_fkey FOREIGN KEY (contact_id) REFERENCES audience.contacts (id),
    CONSTRAINT category_preferences_audience_fkey FOREIGN KEY (audience_id) REFERENCES audience.audiences (id),
    CONSTRAINT category_preferences_client_fkey FOREIGN KEY (client_id) REFERENCES audience.clients (id),
    CONSTRAINT category_preferences_tag_form CHECK (octet_length(category_tag) BETWEEN 1 AND 200)
);

-- What is left of an erased person: a keyed hash of the address, so that no import mails them again.
CREATE TABLE audience.tombstones (
    organization_id bigint NOT NULL,
    email_hash bytea NOT NULL,
    erased_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tombstones_pkey PRIMARY KEY (organization_id, email_hash),
    CONSTRAINT tombstones_organization_fkey FOREIGN KEY (organization_id) REFERENCES audience.organizations (id),
    CONSTRAINT tombstones_hash_length CHECK (octet_length(email_hash) = 32)
);

CREATE TABLE audience.import_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    header text[] NOT NULL,
    delimiter text NOT NULL,
    encoding text NOT NULL,
    dry_run boolean NOT NULL,
    idempotency_key text,
    fingerprint text,
    next_sequence integer NOT NULL DEFAULT 0,
    finished_at timestamptz,
    total_count bigint NOT NULL DEFAULT 0,
    created_count bigint NOT NULL DEFAULT 0,
    updated_count bigint NOT NULL DEFAULT 0,
    unchanged_count bigint NOT NULL DEFAULT 0,
    skipped_count bigint NOT NULL DEFAULT 0,
    invalid_count bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT import_jobs_audience_fkey FOREIGN KEY (organization_id, audience_id) REFERENCES audience.audiences (organization_id, id),
    CONSTRAINT import_jobs_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES audience.clients (organization_id, id),
    CONSTRAINT import_jobs_idempotency_key UNIQUE (client_id, idempotency_key),
    CONSTRAINT import_jobs_counts CHECK (
        total_count = created_count + updated_count + unchanged_count + skipped_count + invalid_count
    )
) WITH (fillfactor = 50);

-- What each page answered and counted, so that a page sent twice is applied once.
CREATE TABLE audience.import_pages (
    job_id bigint NOT NULL,
    sequence integer NOT NULL,
    result jsonb NOT NULL,
    total_count bigint NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT import_pages_pkey PRIMARY KEY (job_id, sequence),
    CONSTRAINT import_pages_job_fkey FOREIGN KEY (job_id) REFERENCES audience.import_jobs (id) ON DELETE CASCADE
);

-- Addresses of earlier pages of a running import that it did not create itself (those carry its id): the first of two wins.
CREATE TABLE audience.import_seen (
    job_id bigint NOT NULL,
    email text COLLATE "C" NOT NULL,
    item integer NOT NULL,
    CONSTRAINT import_seen_pkey PRIMARY KEY (job_id, email)
);

CREATE TABLE audience.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    destination text NOT NULL,
    method text NOT NULL,
    params text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT ''
);

CREATE TABLE audience.inbox (
    item_key text PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- Who may be mailed (API.md section 2): the first reason that holds, NULL for nobody's objection. Plain CASE expressions,
-- which the planner puts in place of the call; every question about eligibility asks these two.
CREATE FUNCTION audience.marketing_refusal(
    contact audience.contacts,
    membership audience.memberships,
    subscription audience.subscriptions,
    is_category_disabled boolean
) RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN contact.hard_bounced_at IS NOT NULL THEN 'hard_bounce'
        WHEN contact.complained_at IS NOT NULL THEN 'complaint'
        WHEN contact.global_unsubscribed_at IS NOT NULL THEN 'global_unsubscribe'
        WHEN contact.validation_status IN ('invalid_syntax', 'no_mx', 'disposable', 'risky', 'manually_invalid') THEN 'invalid_email'
        WHEN contact.verified_at IS NULL AND membership.verified_at IS NULL AND subscription.verified_at IS NULL THEN 'unverified'
        WHEN membership.status = 'unsubscribed' THEN 'audience_unsubscribe'
        WHEN subscription.status = 'unsubscribed' THEN 'client_unsubscribe'
        WHEN subscription.status IS DISTINCT FROM 'subscribed' THEN 'suppressed'
        WHEN is_category_disabled THEN 'category_disabled'
    END
$$;

CREATE FUNCTION audience.transactional_refusal(
    contact audience.contacts,
    is_category_disabled boolean
) RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN contact.hard_bounced_at IS NOT NULL THEN 'hard_bounce'
        WHEN contact.complained_at IS NOT NULL THEN 'complaint'
        WHEN contact.global_unsubscribed_at IS NOT NULL THEN 'global_unsubscribe'
        WHEN is_category_disabled THEN 'category_disabled'
    END
$$;

CREATE FUNCTION audience.without_null_members(attributes jsonb) RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(member.key, member.value), '{}')
    FROM jsonb_each(attributes) AS member
    WHERE member.value <> 'null'
$$;

-- Attributes after a change: members replace members of the same name, a null removes one. The rare part is a function of its own,
-- because a sub-query here would keep the planner from putting this one in place of its calls (15 us a row).
CREATE FUNCTION audience.merged_attributes(old jsonb, change jsonb) RETURNS jsonb
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN jsonb_path_exists(change, '$.* ? (@ == null)') THEN audience.without_null_members(old || change)
        ELSE old || change
    END
$$;
