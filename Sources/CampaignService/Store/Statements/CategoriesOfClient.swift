import Contracts
import Model
import Postgres

/// Which categories the campaigns of a client in an audience have, drafts aside.
struct CategoriesOfClient: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1))
    )
    var scope: AudienceScope
    var sql: SQL {
        """
        SELECT DISTINCT campaigns.category_tag
        FROM campaign.campaigns
        WHERE campaigns.client_id = \(scope.clientID) AND campaigns.organization_id = \(scope.organizationID)
            AND campaigns.audience_id = \(scope.audienceID) AND campaigns.category_tag <> '' AND campaigns.status <> 'draft'
        ORDER BY campaigns.category_tag
        LIMIT 100
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("category_tag") }
}
