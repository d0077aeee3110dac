import JSONRPC
import Model

/// The campaigns of a key, whichever client has them: what the operator's command looks up when no client is named.
///
/// Oldest first, at most ``limit``: one is an answer, more are ambiguous. Idempotent.
package struct FindCampaigns: RPCMethod, Codable {
    package static let name = "campaign.find"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package static let limit = 20
    package typealias Result = FoundCampaigns
    package var externalKey: String
    /// nil: of every organization.
    package var organizationID: OrganizationID?
    package init(externalKey: String, organizationID: OrganizationID? = nil) {
        self.externalKey = externalKey
        self.organizationID = organizationID
    }
}

package struct FoundCampaigns: RPCPayload, Codable, Equatable {
    package var scopes: [ClientScope]
    package init(scopes: [ClientScope]) { self.scopes = scopes }
}
