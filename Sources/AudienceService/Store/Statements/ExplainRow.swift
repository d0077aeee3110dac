import Contracts
import Model
import Postgres

/// Every reason why a contact may not be mailed, and since when it holds.
struct ExplainRow: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, contactID: ContactID(1), categoryTag: "")
    var scope: AudienceScope
    var contactID: ContactID
    var categoryTag: String

    struct Output: Sendable {
        var marketing: [String]
        var transactional: [String]
        var suppression: Suppression
        var categoryChangedAt: Timestamp?
        var categoryReason: String
    }

    var sql: SQL {
        """
        SELECT \(unescaped: SuppressionColumns.select),
            audience.marketing_refusals(contacts, memberships, subscriptions, NOT preferences.enabled) AS marketing,
            audience.transactional_refusals(contacts, NOT preferences.enabled) AS transactional,
            preferences.updated_at AS category_changed_at, coalesce(preferences.reason, '') AS category_reason
        FROM audience.contacts
        LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID) AND memberships.contact_id = contacts.id
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
            AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = contacts.id
        LEFT JOIN audience.category_preferences AS preferences ON preferences.contact_id = contacts.id
            AND preferences.audience_id = \(scope.audienceID) AND preferences.client_id = \(scope.clientID)
            AND preferences.category_tag = \(categoryTag)
        WHERE contacts.organization_id = \(scope.organizationID) AND contacts.id = \(contactID)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            marketing: try row.decode("marketing"),
            transactional: try row.decode("transactional"),
            suppression: try Suppression(row),
            categoryChangedAt: try row.decodeIfPresent("category_changed_at"),
            categoryReason: try row.decode("category_reason")
        )
    }
}

/// The consents of a contact to a client in an audience, oldest first.
struct ConsentsOfContact: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, contactID: ContactID(1))
    var scope: AudienceScope
    var contactID: ContactID
    var sql: SQL {
        """
        SELECT consents.id, audiences.slug AS audience, clients.slug AS client, consents.wording, consents.source,
            consents.requested_at, consents.requested_from, consents.confirmed_at, consents.confirmed_from
        FROM audience.consents
        JOIN audience.audiences ON audiences.id = consents.audience_id
        JOIN audience.clients ON clients.id = consents.client_id
        WHERE consents.contact_id = \(contactID) AND consents.organization_id = \(scope.organizationID)
            AND consents.audience_id = \(scope.audienceID) AND consents.client_id = \(scope.clientID)
        ORDER BY consents.requested_at, consents.id
        LIMIT 100
        """
    }

    func decode(_ row: Row) throws -> ConsentRecord {
        ConsentRecord(
            id: try row.decode("id"),
            audience: try row.decode("audience"),
            client: try row.decode("client"),
            wording: try row.decode("wording"),
            source: try row.decode("source"),
            requestedAt: try row.decode("requested_at"),
            requestedFrom: try row.decode("requested_from"),
            confirmedAt: try row.decodeIfPresent("confirmed_at"),
            confirmedFrom: try row.decode("confirmed_from")
        )
    }
}
