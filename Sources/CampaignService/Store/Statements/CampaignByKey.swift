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
        SELECT \(unescaped: CampaignSQL.columns), \(unescaped: CampaignSQL.bodies)
        \(unescaped: CampaignSQL.source)
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
        SELECT \(unescaped: CampaignSQL.columns), \(unescaped: CampaignSQL.bodies)
        \(unescaped: CampaignSQL.source)
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

/// A client's campaigns without their bodies, newest first; the page ends early when their metadata is large.
struct CampaignsOfClient: Statement {
    /// More than this does not fit into one answer, as JSON, in bytes; one campaign always fits.
    static let maximumBytes = 4 << 20
    static let sample = Self(scope: CampaignByKey.sample.address.scope, before: nil, audienceID: nil, status: nil, limit: 1)
    var scope: ClientScope
    var before: CampaignID?
    var audienceID: AudienceID?
    var status: CampaignStatus?
    var limit: Int
    var sql: SQL {
        """
        SELECT page.*, '' AS html_body, '' AS text_body
        FROM (
            SELECT found.*, count(*) OVER () AS page_count, sum(found.bytes) OVER (ORDER BY found.id DESC) AS total_bytes
            FROM (
                SELECT \(unescaped: CampaignSQL.columns),
                    octet_length(campaigns.metadata) + octet_length(jsonb_build_array(
                        campaigns.subject, campaigns.preview_text, campaigns.from_email, campaigns.category_tag, campaigns.recipient_list_key,
                        campaigns.segment_key, campaigns.include_tags, campaigns.exclude_tags, campaigns.status_reason
                    )::text) AS bytes
                \(unescaped: CampaignSQL.source)
                WHERE campaigns.organization_id = \(scope.organizationID)
                    AND campaigns.client_id = \(scope.clientID)
                    AND campaigns.id < coalesce(\(before), 9223372036854775807)
                    AND campaigns.audience_id = coalesce(\(audienceID), campaigns.audience_id)
                    AND campaigns.status = coalesce(\(status), campaigns.status)
                ORDER BY campaigns.id DESC
                LIMIT \(limit)
            ) AS found
        ) AS page
        WHERE page.total_bytes <= \(Self.maximumBytes) OR page.total_bytes = page.bytes
        ORDER BY page.id DESC
        """
    }

    struct Output: Sendable {
        var campaign: Campaign
        /// Of the page before it was cut.
        var pageCount: Int64
    }

    func decode(_ row: Row) throws -> Output {
        Output(campaign: try StoredCampaign(row).campaign, pageCount: try row.decode("page_count"))
    }
}
