import Contracts
import Model
import Postgres

/// A recipient list of a client in an audience.
struct ListIDByKey: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        key: "a"
    )
    var scope: AudienceScope
    var key: String
    var sql: SQL {
        """
        SELECT recipient_lists.id
        FROM audience.recipient_lists
        WHERE recipient_lists.audience_id = \(scope.audienceID) AND recipient_lists.client_id = \(scope.clientID)
            AND recipient_lists.key = \(key)
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("id") }
}
