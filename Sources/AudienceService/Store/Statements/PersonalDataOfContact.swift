import Contracts
import JSON
import Model
import Postgres

/// Everything that the schema holds about one contact of an organization, as one JSON object.
struct PersonalDataOfContact: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com")
    var organizationID: OrganizationID
    /// Normalised.
    var email: String

    var sql: SQL {
        """
        SELECT contacts.id, contacts.email,
            jsonb_build_object(
                'contact', jsonb_build_object(
                    'contact_id', contacts.id, 'email', contacts.email, 'email_as_written', coalesce(contacts.email_original, contacts.email),
                    'attributes', contacts.attributes,
                    'verified_at', NULLIF(audience.csv_time(contacts.verified_at), ''),
                    'email_validation', jsonb_build_object(
                        'status', contacts.validation_status, 'reason', contacts.validation_reason,
                        'validated_at', NULLIF(audience.csv_time(contacts.validated_at), '')
                    ),
                    'hard_bounced_at', NULLIF(audience.csv_time(contacts.hard_bounced_at), ''),
                    'complained_at', NULLIF(audience.csv_time(contacts.complained_at), ''),
                    'global_unsubscribed_at', NULLIF(audience.csv_time(contacts.global_unsubscribed_at), ''),
                    'global_unsubscribe_reason', contacts.global_unsubscribe_reason,
                    'import_job_id', contacts.import_job_id,
                    'created_at', audience.csv_time(contacts.created_at), 'updated_at', audience.csv_time(contacts.updated_at)
                ),
                'audiences', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'audience', audiences.slug, 'status', memberships.status,
                        'verified_at', NULLIF(audience.csv_time(memberships.verified_at), ''),
                        'unsubscribed_at', NULLIF(audience.csv_time(memberships.unsubscribed_at), ''),
                        'unsubscribe_reason', memberships.unsubscribe_reason,
                        'tags', to_jsonb(ARRAY(
                            SELECT tags.slug FROM audience.tags WHERE tags.id = ANY(memberships.tag_ids) ORDER BY tags.slug
                        ))
                    ) ORDER BY audiences.slug), '[]')
                    FROM audience.audiences
                    JOIN audience.memberships ON memberships.audience_id = audiences.id AND memberships.contact_id = contacts.id
                    WHERE audiences.organization_id = \(organizationID)
                ),
                'subscriptions', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'audience', audiences.slug, 'client', clients.slug, 'status', subscriptions.status,
                        'verified_at', NULLIF(audience.csv_time(subscriptions.verified_at), ''),
                        'unsubscribed_at', NULLIF(audience.csv_time(subscriptions.unsubscribed_at), ''),
                        'unsubscribe_reason', subscriptions.unsubscribe_reason, 'source', subscriptions.source
                    ) ORDER BY audiences.slug, clients.slug), '[]')
                    FROM audience.audiences
                    JOIN audience.clients ON clients.organization_id = audiences.organization_id
                    JOIN audience.subscriptions ON subscriptions.audience_id = audiences.id AND subscriptions.client_id = clients.id
                        AND subscriptions.contact_id = contacts.id
                    WHERE audiences.organization_id = \(organizationID)
                ),
                'category_preferences', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'audience', audiences.slug, 'client', clients.slug, 'tag', preferences.category_tag, 'label', preferences.label,
                        'enabled', preferences.enabled, 'reason', preferences.reason,
                        'updated_at', audience.csv_time(preferences.updated_at)
                    ) ORDER BY audiences.slug, clients.slug, preferences.category_tag), '[]')
                    FROM audience.category_preferences AS preferences
                    JOIN audience.audiences ON audiences.id = preferences.audience_id
                    JOIN audience.clients ON clients.id = preferences.client_id
                    WHERE preferences.contact_id = contacts.id
                ),
                'consents', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'audience', audiences.slug, 'client', clients.slug, 'wording', consents.wording, 'source', consents.source,
                        'requested_at', audience.csv_time(consents.requested_at), 'requested_from', consents.requested_from,
                        'confirmed_at', NULLIF(audience.csv_time(consents.confirmed_at), ''), 'confirmed_from', consents.confirmed_from
                    ) ORDER BY consents.requested_at, consents.id), '[]')
                    FROM audience.consents
                    JOIN audience.audiences ON audiences.id = consents.audience_id
                    JOIN audience.clients ON clients.id = consents.client_id
                    WHERE consents.contact_id = contacts.id
                ),
                'suppression_changes', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'kind', changes.kind, 'suppressed', changes.is_suppressed, 'reason', changes.reason, 'source', changes.source,
                        'changed_at', audience.csv_time(changes.changed_at)
                    ) ORDER BY changes.id), '[]')
                    FROM audience.suppression_changes AS changes
                    WHERE changes.contact_id = contacts.id
                ),
                'provider_suppressions', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'kind', told.kind, 'detail', told.detail, 'occurred_at', audience.csv_time(told.occurred_at)
                    ) ORDER BY told.occurred_at), '[]')
                    FROM audience.provider_suppressions AS told
                    WHERE told.contact_id = contacts.id
                ),
                'recipient_lists', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'audience', audiences.slug, 'client', clients.slug, 'list', lists.key, 'source_object_key', members.source_object_key,
                        'metadata', members.metadata, 'active', members.active,
                        'added_at', audience.csv_time(members.created_at), 'removed_at', NULLIF(audience.csv_time(members.removed_at), '')
                    ) ORDER BY audiences.slug, clients.slug, lists.key), '[]')
                    FROM audience.list_members AS members
                    JOIN audience.recipient_lists AS lists ON lists.id = members.list_id
                    JOIN audience.audiences ON audiences.id = lists.audience_id
                    JOIN audience.clients ON clients.id = lists.client_id
                    WHERE members.contact_id = contacts.id AND members.source_object_key IS NOT NULL
                )
            ) AS data,
            (
                SELECT coalesce(jsonb_object_agg(clients.id, clients.slug), '{}')
                FROM audience.clients
                WHERE clients.organization_id = \(organizationID)
            ) AS client_slugs,
            (
                SELECT coalesce(jsonb_object_agg(audiences.id, audiences.slug), '{}')
                FROM audience.audiences
                WHERE audiences.organization_id = \(organizationID)
            ) AS audience_slugs
        FROM audience.contacts
        WHERE contacts.organization_id = \(organizationID) AND contacts.email = \(email)
        """
    }

    func decode(_ row: Row) throws -> PersonalData {
        PersonalData(
            contactID: try row.decode("id"),
            email: try row.decode("email"),
            data: try row.decode("data"),
            clientSlugs: Self.texts(try row.decode("client_slugs")),
            audienceSlugs: Self.texts(try row.decode("audience_slugs"))
        )
    }

    private static func texts(_ json: JSONValue) -> [String: String] {
        Dictionary(
            (json.objectValue?.members ?? []).map { ($0.key, $0.value.stringValue ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
