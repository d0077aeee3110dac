/// The columns that ``StoredContact`` reads, of `contacts` with its `memberships` and `subscriptions`.
///
/// Transactional mail is judged without a category: then a global unsubscribe does not block it (API.md section 2).
enum ContactColumns {
    static let select: StaticString = """
        contacts.id, contacts.email, contacts.verified_at AS contact_verified_at, contacts.validation_status,
            contacts.validation_reason, contacts.validated_at, contacts.global_unsubscribed_at IS NOT NULL AS global_unsubscribed,
            contacts.hard_bounced_at IS NOT NULL AS hard_bounced, contacts.complained_at IS NOT NULL AS complained,
            memberships.status AS audience_status, memberships.verified_at AS audience_verified_at,
            memberships.unsubscribed_at AS audience_unsubscribed_at, coalesce(memberships.unsubscribe_reason, '') AS audience_reason,
            subscriptions.status AS client_status, subscriptions.verified_at AS client_verified_at,
            subscriptions.unsubscribed_at AS client_unsubscribed_at, coalesce(subscriptions.unsubscribe_reason, '') AS client_reason,
            audience.marketing_refusal(contacts, memberships, subscriptions, false) AS marketing_refusal,
            CASE
                WHEN contacts.hard_bounced_at IS NOT NULL THEN 'hard_bounce'
                WHEN contacts.complained_at IS NOT NULL THEN 'complaint'
            END AS transactional_refusal,
            ARRAY(SELECT tags.slug FROM audience.tags WHERE tags.id = ANY(memberships.tag_ids) ORDER BY tags.slug) AS tags,
            contacts.attributes, contacts.created_at, contacts.updated_at
        """
}
