import Contracts
import Model
import Postgres

/// Locks a contact of the organization that has a subscription of the client in the audience; nothing when there is none.
struct LockSubscribedContact: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, contactID: ContactID(1))
    var scope: AudienceScope
    var contactID: ContactID

    var sql: SQL {
        """
        SELECT contacts.email
        FROM audience.contacts
        JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID) AND subscriptions.client_id = \(scope.clientID)
            AND subscriptions.contact_id = contacts.id
        WHERE contacts.id = \(contactID) AND contacts.organization_id = \(scope.organizationID)
        FOR NO KEY UPDATE OF contacts
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("email") }
}
