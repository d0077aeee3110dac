import Contracts
import Model
import Postgres

/// What a contact's preference page is about, without the categories.
struct SubscriberPreferencesRow: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, contactID: ContactID(1))
    var scope: AudienceScope
    var contactID: ContactID
    var sql: SQL {
        """
        SELECT contacts.email, organizations.name AS organization_name, audiences.name AS audience_name, clients.name AS client_name,
            memberships.status AS audience_status, subscriptions.status AS client_status,
            contacts.global_unsubscribed_at IS NOT NULL AS global_unsubscribed,
            audience.marketing_refusal(contacts, memberships, subscriptions, false) AS marketing_refusal
        FROM audience.contacts
        JOIN audience.organizations ON organizations.id = contacts.organization_id
        JOIN audience.audiences ON audiences.organization_id = contacts.organization_id AND audiences.id = \(scope.audienceID)
        JOIN audience.clients ON clients.organization_id = contacts.organization_id AND clients.id = \(scope.clientID)
        LEFT JOIN audience.memberships ON memberships.audience_id = audiences.id AND memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = audiences.id AND subscriptions.client_id = clients.id
            AND subscriptions.contact_id = contacts.id
        WHERE contacts.id = \(contactID) AND contacts.organization_id = \(scope.organizationID)
        """
    }

    func decode(_ row: Row) throws -> SubscriberPreferences {
        SubscriberPreferences(
            email: try row.decode("email"),
            organizationName: try row.decode("organization_name"),
            audienceName: try row.decode("audience_name"),
            clientName: try row.decode("client_name"),
            clientStatus: try row.decodeIfPresent("client_status", as: String.self).flatMap(SubscriptionStatus.init(rawValue:)),
            audienceStatus: try row.decodeIfPresent("audience_status", as: String.self).flatMap(SubscriptionStatus.init(rawValue:)),
            globalUnsubscribed: try row.decode("global_unsubscribed"),
            marketingRefusal: try row.decodeIfPresent("marketing_refusal", as: String.self).map { SkipReason(rawValue: $0) ?? .suppressed },
            categories: []
        )
    }
}
