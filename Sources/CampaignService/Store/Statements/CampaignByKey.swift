import Contracts
import Model
import Postgres

/// One campaign of a client; another client's, or another organization's, is not found (I7).
struct CampaignByKey: Statement {
    static let sample = Self(
        address: CampaignAddress(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), externalKey: "")
    )
    var address: CampaignAddress
    var sql: SQL {
        """
        \(unescaped: CampaignSQL.select)
        WHERE campaigns.organization_id = \(address.scope.organizationID)
            AND campaigns.client_id = \(address.scope.clientID)
            AND campaigns.external_key = \(address.externalKey)
        """
    }
    func decode(_ row: Row) throws -> StoredCampaign { try StoredCampaign(row) }
}

/// Takes a campaign's row lock by its address; whoever changes a status holds it.
///
/// Not the strongest one: rows that name the campaign (clicks of links, batches) must be able to go on, for their writers hold batches that
/// the holder of this lock may want next.
struct LockCampaignByKey: Statement {
    static let sample = Self(address: CampaignByKey.sample.address)
    var address: CampaignAddress
    var sql: SQL {
        """
        SELECT campaigns.id
        FROM campaign.campaigns
        WHERE campaigns.organization_id = \(address.scope.organizationID)
            AND campaigns.client_id = \(address.scope.clientID)
            AND campaigns.external_key = \(address.externalKey)
        FOR NO KEY UPDATE
        """
    }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

struct LockCampaign: Statement {
    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL { "SELECT campaigns.id FROM campaign.campaigns WHERE campaigns.id = \(id) FOR NO KEY UPDATE" }
    func decode(_ row: Row) throws -> CampaignID { try row.decode("id") }
}

struct CampaignByID: Statement {
    static let sample = Self(id: CampaignID(1))
    var id: CampaignID
    var sql: SQL {
        """
        \(unescaped: CampaignSQL.select)
        WHERE campaigns.id = \(id)
        """
    }
    func decode(_ row: Row) throws -> StoredCampaign { try StoredCampaign(row) }
}

/// Who has a campaign of this key; only the operator may ask that.
struct CampaignsOfKey: Statement {
    static let sample = Self(externalKey: "", organizationID: nil, limit: 1)
    var externalKey: String
    var organizationID: OrganizationID?
    var limit: Int
    var sql: SQL {
        """
        SELECT campaigns.organization_id, campaigns.client_id
        FROM campaign.campaigns
        WHERE campaigns.external_key = \(externalKey)
            AND campaigns.organization_id = coalesce(\(organizationID), campaigns.organization_id)
        ORDER BY campaigns.id
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> ClientScope {
        ClientScope(organizationID: try row.decode("organization_id"), clientID: try row.decode("client_id"))
    }
}

/// A client's campaigns, newest first.
struct CampaignsOfClient: Statement {
    static let sample = Self(scope: CampaignByKey.sample.address.scope, before: nil, audienceID: nil, status: nil, limit: 1)
    var scope: ClientScope
    var before: CampaignID?
    var audienceID: AudienceID?
    var status: CampaignStatus?
    var limit: Int
    var sql: SQL {
        """
        \(unescaped: CampaignSQL.select)
        WHERE campaigns.organization_id = \(scope.organizationID)
            AND campaigns.client_id = \(scope.clientID)
            AND campaigns.id < coalesce(\(before), 9223372036854775807)
            AND campaigns.audience_id = coalesce(\(audienceID), campaigns.audience_id)
            AND campaigns.status = coalesce(\(status), campaigns.status)
        ORDER BY campaigns.id DESC
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> StoredCampaign { try StoredCampaign(row) }
}
