import Contracts
import Model
import Postgres

/// What is stored about each of these addresses, for one audience and client; only those that exist.
///
/// `OFFSET 0` fixes the shape: one look-up by key for each address, also in a plan that was made when the tables were empty.
struct LookUpContacts: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        importJobID: ImportJobID(0),
        emails: ["a@example.com"],
        attributes: [RawJSONText("{}")]
    )
    var scope: AudienceScope
    /// 0: no import.
    var importJobID: ImportJobID
    var emails: [String]
    /// The change of each.
    var attributes: [RawJSONText]

    struct Output: Sendable {
        /// Index into the addresses given.
        var index: Int
        var id: ContactID
        var state: ContactState
        /// With this change the attributes would be larger than a contact's may be.
        var isTooLong: Bool
        /// The record of the same import that named this address before.
        var keptItem: Int?
    }

    var sql: SQL {
        """
        SELECT x.position - 1 AS index, contacts.id, contacts.validation_status, contacts.validation_reason, contacts.validated_at,
            contacts.hard_bounced_at, contacts.complained_at, contacts.global_unsubscribed_at,
            audience.merged_attributes(contacts.attributes, x.attributes) <> contacts.attributes AS attributes_change,
            octet_length(contacts.attributes::text) + octet_length(x.attributes::text) > \(AttributeRules.maximumTotalBytes)
                AND octet_length(audience.merged_attributes(contacts.attributes, x.attributes)::text)
                    > greatest(\(AttributeRules.maximumTotalBytes), octet_length(contacts.attributes::text))
                AS attributes_too_long,
            memberships.tag_ids, subscriptions.status, subscriptions.verified_at, subscriptions.unsubscribed_at,
            subscriptions.unsubscribe_reason, subscriptions.source,
            CASE
                WHEN contacts.import_job_id = \(importJobID) THEN contacts.import_item
                ELSE (
                    SELECT import_seen.item
                    FROM audience.import_seen
                    WHERE import_seen.job_id = \(importJobID) AND import_seen.email = x.email
                )
            END AS kept_item
        FROM unnest(\(emails)::text[], \(attributes)::jsonb[]) WITH ORDINALITY AS x (email, attributes, position)
        CROSS JOIN LATERAL (
            SELECT contacts.id, contacts.attributes, contacts.validation_status, contacts.validation_reason, contacts.validated_at,
                contacts.hard_bounced_at, contacts.complained_at, contacts.global_unsubscribed_at, contacts.import_job_id,
                contacts.import_item
            FROM audience.contacts
            WHERE contacts.organization_id = \(scope.organizationID) AND contacts.email = x.email
            OFFSET 0
        ) AS contacts
        LEFT JOIN LATERAL (
            SELECT memberships.tag_ids
            FROM audience.memberships
            WHERE memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = contacts.id
            OFFSET 0
        ) AS memberships ON true
        LEFT JOIN LATERAL (
            SELECT subscriptions.status, subscriptions.verified_at, subscriptions.unsubscribed_at, subscriptions.unsubscribe_reason,
                subscriptions.source
            FROM audience.subscriptions
            WHERE subscriptions.audience_id = \(scope.audienceID) AND subscriptions.client_id = \(scope.clientID)
                AND subscriptions.contact_id = contacts.id
            OFFSET 0
        ) AS subscriptions ON true
        """
    }

    func decode(_ row: Row) throws -> Output {
        var contact = ContactFields()
        contact.validationStatus = EmailValidationStatus(rawValue: try row.decode("validation_status")) ?? .unknown
        contact.validationReason = try row.decode("validation_reason")
        contact.validatedAt = try row.decodeIfPresent("validated_at")
        contact.hardBouncedAt = try row.decodeIfPresent("hard_bounced_at")
        contact.complainedAt = try row.decodeIfPresent("complained_at")
        contact.globalUnsubscribedAt = try row.decodeIfPresent("global_unsubscribed_at")
        var state = ContactState(contact: contact)
        state.tagIDs = try row.decodeIfPresent("tag_ids")
        state.subscription = try subscription(row)
        state.attributesChange = try row.decode("attributes_change")
        let keptItem = try row.decodeIfPresent("kept_item", as: Int32.self)
        return Output(
            index: Int(try row.decode("index", as: Int64.self)),
            id: try row.decode("id"),
            state: state,
            isTooLong: state.attributesChange ? try row.decode("attributes_too_long") : false,
            keptItem: keptItem.map(Int.init)
        )
    }

    private func subscription(_ row: Row) throws -> SubscriptionFields? {
        guard let status = try row.decodeIfPresent("status", as: String.self).flatMap(SubscriptionStatus.init(rawValue:)) else {
            return nil
        }
        return SubscriptionFields(
            status: status,
            verifiedAt: try row.decodeIfPresent("verified_at"),
            unsubscribedAt: try row.decodeIfPresent("unsubscribed_at"),
            unsubscribeReason: try row.decode("unsubscribe_reason"),
            source: try row.decode("source")
        )
    }
}
