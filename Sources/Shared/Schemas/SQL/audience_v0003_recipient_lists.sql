-- Recipient lists: paths whose parts are split by `:`. A member of a list is a member of every list above it and of `<all>`, for as long as
-- one list below still names it.

-- All lists of one client in one audience. Its row is locked by everybody who changes members: counts and reasons are exact, and two writers
-- never wait for each other in a circle.
CREATE TABLE audience.list_trees (
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    organization_id bigint NOT NULL,
    CONSTRAINT list_trees_pkey PRIMARY KEY (audience_id, client_id),
    CONSTRAINT list_trees_audience_fkey FOREIGN KEY (organization_id, audience_id) REFERENCES audience.audiences (organization_id, id),
    CONSTRAINT list_trees_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES audience.clients (organization_id, id)
);

CREATE TABLE audience.recipient_lists (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    type text NOT NULL DEFAULT 'custom',
    name text NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    -- Of `list_members`, removed ones too.
    member_count bigint NOT NULL DEFAULT 0,
    active_member_count bigint NOT NULL DEFAULT 0,
    last_reconciled_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT recipient_lists_tree_fkey FOREIGN KEY (audience_id, client_id) REFERENCES audience.list_trees (audience_id, client_id),
    CONSTRAINT recipient_lists_key UNIQUE (audience_id, client_id, key),
    CONSTRAINT recipient_lists_key_form CHECK (octet_length(key) BETWEEN 1 AND 1020 AND key NOT LIKE '<all>:%'),
    CONSTRAINT recipient_lists_type CHECK (type IN ('registrants', 'homework_submitters', 'project_submitters', 'custom')),
    CONSTRAINT recipient_lists_metadata_object CHECK (jsonb_typeof(metadata) = 'object'),
    CONSTRAINT recipient_lists_counts CHECK (active_member_count BETWEEN 0 AND member_count)
) WITH (fillfactor = 70);

-- One row for each contact of a list, whether the list names it itself or lists below it do. A campaign reads a list front to back by the
-- key: `list_id`, then `contact_id`, where `active`.
CREATE TABLE audience.list_members (
    list_id bigint NOT NULL,
    contact_id bigint NOT NULL,
    -- The client's name of the membership; NULL for a contact that only lists below name.
    source_object_key text COLLATE "C",
    metadata jsonb NOT NULL DEFAULT '{}',
    -- Whether this very list names the contact, not as removed.
    is_named boolean NOT NULL,
    -- How many lists below name it.
    reasons integer NOT NULL DEFAULT 0,
    active boolean NOT NULL GENERATED ALWAYS AS (is_named OR reasons > 0) STORED,
    removed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT list_members_pkey PRIMARY KEY (list_id, contact_id),
    CONSTRAINT list_members_reasons CHECK (reasons >= 0),
    CONSTRAINT list_members_named_key CHECK (source_object_key IS NOT NULL OR NOT is_named),
    CONSTRAINT list_members_metadata_object CHECK (jsonb_typeof(metadata) = 'object')
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX list_members_source_key ON audience.list_members (list_id, source_object_key) WHERE source_object_key IS NOT NULL;
-- Which lists name a contact: for its reasons and its erasure.
CREATE INDEX list_members_contact ON audience.list_members (contact_id) WHERE source_object_key IS NOT NULL;

-- As for the other tables of contacts: whole statements are checked, by key. Rows of contacts that only lists below name follow from theirs.
CREATE FUNCTION audience.check_added_list_members() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added
        LEFT JOIN LATERAL (
            SELECT list_trees.organization_id
            FROM audience.recipient_lists
            JOIN audience.list_trees ON list_trees.audience_id = recipient_lists.audience_id AND list_trees.client_id = recipient_lists.client_id
            WHERE recipient_lists.id = added.list_id
            OFFSET 0
        ) AS lists ON true
        LEFT JOIN LATERAL (
            SELECT contacts.organization_id FROM audience.contacts WHERE contacts.id = added.contact_id OFFSET 0
        ) AS contacts ON true
        WHERE added.source_object_key IS NOT NULL
            AND (contacts.organization_id IS DISTINCT FROM lists.organization_id OR contacts.organization_id IS NULL)
    ) THEN
        RAISE foreign_key_violation USING MESSAGE = 'contact and list are not of one organization', CONSTRAINT = 'list_members_wall';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER list_members_wall AFTER INSERT ON audience.list_members
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.check_added_list_members();

-- The keys of the lists above a list, nearest first.
CREATE FUNCTION audience.list_ancestors(list_key text) RETURNS SETOF text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT above.key
    FROM (
        SELECT array_to_string(parts.part[1:ends.number], ':') AS key, ends.number
        FROM (SELECT string_to_array(list_key, ':') AS part) AS parts,
            generate_series(cardinality(parts.part) - 1, 1, -1) AS ends (number)
        UNION ALL
        SELECT '<all>', 0
    ) AS above
    WHERE above.key <> '' AND list_key <> '<all>'
    ORDER BY above.number DESC
$$;

-- Pages of one bulk request that is too long for one call; forgotten when it has been applied, or after an hour.
CREATE TABLE audience.list_uploads (
    organization_id bigint NOT NULL,
    upload text NOT NULL,
    sequence integer NOT NULL,
    members text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT list_uploads_pkey PRIMARY KEY (organization_id, upload, sequence)
);

-- Imports of members from a URL: the file is read into `list_import_rows` page by page, and applied page by page when all of it was fine.
CREATE TABLE audience.list_import_jobs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id bigint NOT NULL,
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    list_key text COLLATE "C" NOT NULL,
    source_url text NOT NULL,
    idempotency_key text,
    -- What the request says about the list; absent means unchanged.
    list_type text,
    list_name text,
    list_metadata jsonb,
    remove_absent boolean NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    -- How far the file was read: bytes and lines before the next page, and the hash of those bytes (hex).
    read_bytes bigint NOT NULL DEFAULT 0,
    read_lines bigint NOT NULL DEFAULT 0,
    read_sha256 text NOT NULL DEFAULT '',
    is_read boolean NOT NULL DEFAULT false,
    -- The last line that was applied, and the last contact whose absence was judged.
    applied_line bigint NOT NULL DEFAULT 0,
    is_applied boolean NOT NULL DEFAULT false,
    judged_contact_id bigint NOT NULL DEFAULT 0,
    row_count bigint NOT NULL DEFAULT 0,
    created_count bigint NOT NULL DEFAULT 0,
    updated_count bigint NOT NULL DEFAULT 0,
    removed_count bigint NOT NULL DEFAULT 0,
    failed_count bigint NOT NULL DEFAULT 0,
    -- The first ones only.
    failed_rows jsonb NOT NULL DEFAULT '[]',
    content_sha256 text NOT NULL DEFAULT '',
    error text NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT list_import_jobs_audience_fkey FOREIGN KEY (organization_id, audience_id) REFERENCES audience.audiences (organization_id, id),
    CONSTRAINT list_import_jobs_client_fkey FOREIGN KEY (organization_id, client_id) REFERENCES audience.clients (organization_id, id),
    CONSTRAINT list_import_jobs_idempotency_key UNIQUE (client_id, idempotency_key),
    CONSTRAINT list_import_jobs_status CHECK (status IN ('pending', 'processing', 'succeeded', 'failed'))
) WITH (fillfactor = 50);

CREATE INDEX list_import_jobs_open ON audience.list_import_jobs (due_at) WHERE status IN ('pending', 'processing');

CREATE TABLE audience.list_import_rows (
    job_id bigint NOT NULL,
    line bigint NOT NULL,
    source_object_key text COLLATE "C" NOT NULL,
    -- As the file has it, checked.
    email text NOT NULL,
    -- NULL: not given.
    metadata jsonb,
    is_named boolean NOT NULL,
    CONSTRAINT list_import_rows_pkey PRIMARY KEY (job_id, line)
);

CREATE INDEX list_import_rows_key ON audience.list_import_rows (job_id, source_object_key);
