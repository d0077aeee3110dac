/// What happens to messages, told to their timeline and to Tracking in the transaction of the change.
///
/// Both read a table expression `event` with `message_id`, `type`, `occurred_at`, `sequence`, `organization_id`, `client_id`, `audience_id`,
/// `audience_slug`, `contact_id`, `email` and `metadata`.
enum MessageNews {
    static let store: StaticString = """
        INSERT INTO delivery.message_events (message_id, type, occurred_at, metadata)
        SELECT event.message_id, event.type, event.occurred_at, event.metadata
        FROM event
        """

    static let publish: StaticString = """
        INSERT INTO delivery.outbox (destination, method, params)
        SELECT
            'tracking', 'tracking.recordMessageEvents',
            pg_catalog.jsonb_build_object(
                'events',
                pg_catalog.jsonb_agg(
                    pg_catalog.jsonb_strip_nulls(
                        pg_catalog.jsonb_build_object(
                            'eventID', pg_catalog.format('delivery:message:%s:%s:%s', event.message_id, event.type, event.sequence),
                            'type', event.type,
                            'occurredAt', pg_catalog.to_char(event.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                            'organizationID', event.organization_id, 'clientID', event.client_id, 'audienceID', event.audience_id,
                            'contactID', event.contact_id, 'email', event.email, 'transactionalMessageID', event.message_id,
                            'metadata', CASE
                                WHEN event.audience_slug = '' THEN event.metadata
                                ELSE event.metadata || pg_catalog.jsonb_build_object('audience', event.audience_slug)
                            END
                        )
                    )
                )
            )::text
        FROM event
        HAVING pg_catalog.count(*) > 0
        """

    /// Puts messages back into the queue: reads a table expression `requeued` with the columns of the contract and `visible_at`.
    static let requeue: StaticString = """
        INSERT INTO delivery.queue_messages (queue, body, visible_at)
        SELECT
            'transactional-email',
            pg_catalog.jsonb_build_object(
                'contract', 'transactional-email', 'version', 1, 'transactional_message_id', requeued.message_id,
                'client_id', requeued.client_id, 'idempotency_key', requeued.idempotency_key, 'contact_id', requeued.contact_id,
                'template_id', requeued.template_id, 'template_key', requeued.template_key
            )::text,
            GREATEST(pg_catalog.clock_timestamp(), requeued.visible_at)
        FROM requeued
        """
}
