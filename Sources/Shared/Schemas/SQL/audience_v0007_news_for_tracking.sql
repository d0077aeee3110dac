-- News for Tracking, written by the tables themselves in the transaction of the change, so that no writer can forget it: `subscribe` and
-- `unsubscribe` events, and what list memberships mean for the tags of a client's Mailchimp audience.

-- Puts events into the outbox, up to 500 a call. Not for requests on unsubscribe links (their reasons are named where they matter):
-- those are events of their own already, with the campaign that they came from.
CREATE FUNCTION audience.queue_events(events jsonb[]) RETURNS void
LANGUAGE sql
SET search_path = ''
AS $$
    INSERT INTO audience.outbox (destination, method, params)
    SELECT 'tracking', 'tracking.recordMessageEvents',
        pg_catalog.jsonb_build_object('events', pg_catalog.jsonb_agg(numbered.event ORDER BY numbered.number))::text
    FROM unnest(events) WITH ORDINALITY AS numbered (event, number)
    GROUP BY (numbered.number - 1) / 500
    ORDER BY (numbered.number - 1) / 500
$$;

-- One event. `concerned` is NULL for every client of the organization.
CREATE FUNCTION audience.subscription_event(
    contact audience.contacts,
    is_subscribed boolean,
    occurred_at timestamptz,
    concerned bigint,
    in_audience bigint,
    metadata jsonb
) RETURNS jsonb
LANGUAGE sql
SET search_path = ''
AS $$
    SELECT pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'eventID', 'audience:' || pg_catalog.gen_random_uuid()::text,
        'type', CASE WHEN is_subscribed THEN 'subscribe' ELSE 'unsubscribe' END,
        'occurredAt', pg_catalog.to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'organizationID', contact.organization_id,
        'clientID', concerned,
        'audienceID', in_audience,
        'contactID', contact.id,
        'email', contact.email,
        'metadata', metadata || COALESCE(
            (SELECT pg_catalog.jsonb_build_object('audience', audiences.slug) FROM audience.audiences WHERE audiences.id = in_audience), '{}'
        )
    ))
$$;

-- What an import adds is its client's own list, not news; changes to what was there are.
CREATE FUNCTION audience.tell_added_subscriptions() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    IF EXISTS (SELECT FROM added WHERE added.status <> 'pending' AND added.source NOT LIKE 'import:%') THEN
        PERFORM audience.queue_events(pg_catalog.array_agg(audience.subscription_event(
            contacts, added.status = 'subscribed', COALESCE(added.unsubscribed_at, pg_catalog.now()), added.client_id, added.audience_id,
            pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
                'scope', 'client', 'source', added.source, 'reason', NULLIF(added.unsubscribe_reason, '')
            ))
        )))
        FROM added
        JOIN audience.contacts ON contacts.id = added.contact_id
        WHERE added.status <> 'pending' AND added.source NOT LIKE 'import:%'
            AND added.unsubscribe_reason NOT IN ('one_click', 'public_unsubscribe', 'campaign unsubscribe')
        HAVING pg_catalog.count(*) > 0;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER subscriptions_added_news AFTER INSERT ON audience.subscriptions
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.tell_added_subscriptions();

CREATE FUNCTION audience.tell_changed_subscriptions() RETURNS trigger
LANGUAGE plpgsql
SET enable_seqscan = off
AS $$
BEGIN
    PERFORM audience.queue_events(pg_catalog.array_agg(audience.subscription_event(
        contacts, added.status = 'subscribed', COALESCE(added.unsubscribed_at, pg_catalog.now()), added.client_id, added.audience_id,
        pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
            'scope', 'client', 'source', added.source, 'reason', NULLIF(added.unsubscribe_reason, '')
        ))
    )))
    FROM added
    JOIN removed ON removed.audience_id = added.audience_id AND removed.client_id = added.client_id AND removed.contact_id = added.contact_id
    JOIN audience.contacts ON contacts.id = added.contact_id
    WHERE added.status <> removed.status AND added.status <> 'pending'
        AND added.unsubscribe_reason NOT IN ('one_click', 'public_unsubscribe', 'campaign unsubscribe')
    HAVING pg_catalog.count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER subscriptions_changed_news AFTER UPDATE ON audience.subscriptions
REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.tell_changed_subscriptions();

-- A whole audience, or everything: rare, one contact at a time, and seldom true where many rows are written, so a condition for each row costs
-- less than a look at all rows of a statement.
CREATE FUNCTION audience.tell_membership() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM audience.queue_events(ARRAY[audience.subscription_event(
        contacts, NEW.status IS DISTINCT FROM 'unsubscribed', COALESCE(NEW.unsubscribed_at, pg_catalog.now()), NULL, NEW.audience_id,
        pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('scope', 'audience', 'reason', NULLIF(NEW.unsubscribe_reason, '')))
    )])
    FROM audience.contacts WHERE contacts.id = NEW.contact_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER memberships_added_news AFTER INSERT ON audience.memberships
FOR EACH ROW WHEN (NEW.status = 'unsubscribed') EXECUTE FUNCTION audience.tell_membership();

CREATE TRIGGER memberships_changed_news AFTER UPDATE ON audience.memberships
FOR EACH ROW WHEN ((NEW.status IS NOT DISTINCT FROM 'unsubscribed') <> (OLD.status IS NOT DISTINCT FROM 'unsubscribed'))
EXECUTE FUNCTION audience.tell_membership();

CREATE FUNCTION audience.tell_contact() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM audience.queue_events(ARRAY[audience.subscription_event(
        NEW, NEW.global_unsubscribed_at IS NULL, COALESCE(NEW.global_unsubscribed_at, pg_catalog.now()), NULL, NULL,
        pg_catalog.jsonb_build_object('scope', 'global', 'reason', CASE
            WHEN NEW.global_unsubscribed_at IS NULL THEN OLD.global_unsubscribe_reason ELSE NEW.global_unsubscribe_reason
        END)
    )]);
    RETURN NULL;
END
$$;

-- Flags that an import carries have no reason, and are no news.
CREATE TRIGGER contacts_global_news AFTER UPDATE ON audience.contacts
FOR EACH ROW WHEN (
    (NEW.global_unsubscribed_at IS NULL) <> (OLD.global_unsubscribed_at IS NULL)
    AND (NEW.global_unsubscribe_reason <> '' OR OLD.global_unsubscribe_reason <> '')
) EXECUTE FUNCTION audience.tell_contact();

-- Which list gives its members which tag in the client's Mailchimp audience.
CREATE TABLE audience.mailchimp_tag_mappings (
    audience_id bigint NOT NULL,
    client_id bigint NOT NULL,
    list_key text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT mailchimp_tag_mappings_pkey PRIMARY KEY (audience_id, client_id, list_key, tag),
    CONSTRAINT mailchimp_tag_mappings_audience_fkey FOREIGN KEY (audience_id) REFERENCES audience.audiences (id),
    CONSTRAINT mailchimp_tag_mappings_client_fkey FOREIGN KEY (client_id) REFERENCES audience.clients (id),
    CONSTRAINT mailchimp_tag_mappings_form CHECK (octet_length(list_key) BETWEEN 1 AND 1020 AND octet_length(tag) BETWEEN 1 AND 400)
);

-- Puts tag changes of list members into the outbox, up to 500 a call: parallel arrays of lists, contacts, and whether the contact is a member now.
-- A tag stays as long as another list of the client gives it.
CREATE FUNCTION audience.queue_tags(lists bigint[], contacts bigint[], members boolean[]) RETURNS void
LANGUAGE sql
SET search_path = ''
SET enable_seqscan = off
AS $$
    INSERT INTO audience.outbox (destination, method, params)
    SELECT 'tracking', 'tracking.syncTags',
        pg_catalog.jsonb_build_object('changes', pg_catalog.jsonb_agg(numbered.change ORDER BY numbered.number))::text
    FROM (
        SELECT pg_catalog.row_number() OVER () AS number,
            pg_catalog.jsonb_build_object(
                'organizationID', found.organization_id, 'clientID', found.client_id, 'email', found.email, 'tag', found.tag,
                'isActive', found.is_member
            ) AS change
        FROM (
            SELECT DISTINCT ON (mappings.client_id, contacts.id, mappings.tag)
                contacts.organization_id, mappings.client_id, contacts.email, mappings.tag, changed.is_member
            FROM unnest(lists, contacts, members) AS changed (list_id, contact_id, is_member)
            JOIN audience.recipient_lists ON recipient_lists.id = changed.list_id
            JOIN audience.mailchimp_tag_mappings AS mappings
                ON mappings.audience_id = recipient_lists.audience_id AND mappings.client_id = recipient_lists.client_id
                AND mappings.list_key = recipient_lists.key AND mappings.enabled
            JOIN audience.contacts ON contacts.id = changed.contact_id
            WHERE changed.is_member OR NOT EXISTS (
                SELECT
                FROM audience.mailchimp_tag_mappings AS others
                JOIN audience.recipient_lists AS other_lists
                    ON other_lists.audience_id = others.audience_id AND other_lists.client_id = others.client_id AND other_lists.key = others.list_key
                JOIN audience.list_members ON list_members.list_id = other_lists.id AND list_members.contact_id = changed.contact_id
                WHERE others.client_id = mappings.client_id AND others.audience_id = mappings.audience_id AND others.tag = mappings.tag
                    AND others.enabled AND list_members.active
            )
            ORDER BY mappings.client_id, contacts.id, mappings.tag, changed.is_member DESC
        ) AS found
    ) AS numbered
    GROUP BY (numbered.number - 1) / 500
    ORDER BY (numbered.number - 1) / 500
$$;

CREATE FUNCTION audience.tell_added_list_members() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM audience.queue_tags(pg_catalog.array_agg(added.list_id), pg_catalog.array_agg(added.contact_id), pg_catalog.array_agg(true))
    FROM added
    WHERE added.active AND added.list_id IN (
        SELECT recipient_lists.id
        FROM audience.mailchimp_tag_mappings AS mappings
        JOIN audience.recipient_lists
            ON recipient_lists.audience_id = mappings.audience_id AND recipient_lists.client_id = mappings.client_id
            AND recipient_lists.key = mappings.list_key
        WHERE mappings.enabled
    )
    HAVING pg_catalog.count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER list_members_added_news AFTER INSERT ON audience.list_members
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.tell_added_list_members();

CREATE FUNCTION audience.tell_changed_list_members() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audience.mailchimp_tag_mappings WHERE mailchimp_tag_mappings.enabled) THEN RETURN NULL; END IF;
    PERFORM audience.queue_tags(pg_catalog.array_agg(added.list_id), pg_catalog.array_agg(added.contact_id), pg_catalog.array_agg(added.active))
    FROM added
    JOIN removed ON removed.list_id = added.list_id AND removed.contact_id = added.contact_id
    WHERE added.active <> removed.active AND added.list_id IN (
        SELECT recipient_lists.id
        FROM audience.mailchimp_tag_mappings AS mappings
        JOIN audience.recipient_lists
            ON recipient_lists.audience_id = mappings.audience_id AND recipient_lists.client_id = mappings.client_id
            AND recipient_lists.key = mappings.list_key
        WHERE mappings.enabled
    )
    HAVING pg_catalog.count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER list_members_changed_news AFTER UPDATE ON audience.list_members
REFERENCING OLD TABLE AS removed NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION audience.tell_changed_list_members();

CREATE FUNCTION audience.tell_removed_list_members() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM audience.mailchimp_tag_mappings WHERE mailchimp_tag_mappings.enabled) THEN RETURN NULL; END IF;
    PERFORM audience.queue_tags(pg_catalog.array_agg(removed.list_id), pg_catalog.array_agg(removed.contact_id), pg_catalog.array_agg(false))
    FROM removed
    WHERE removed.active
    HAVING pg_catalog.count(*) > 0;
    RETURN NULL;
END
$$;

CREATE TRIGGER list_members_removed_news AFTER DELETE ON audience.list_members
REFERENCING OLD TABLE AS removed
FOR EACH STATEMENT EXECUTE FUNCTION audience.tell_removed_list_members();
