import JSONRPC
import Model

/// A client as the operator sees it.
package struct ClientInfo: Codable, Equatable, Sendable {
    package var client: ClientIdentity
    /// Whether its API keys are accepted.
    package var isActive: Bool
    package init(client: ClientIdentity, isActive: Bool) {
        self.client = client
        self.isActive = isActive
    }
}

/// The clients of one organization or of all, oldest first.
///
/// Idempotent. Failure: `organization: not_found`.
package struct ListClients: RPCMethod, Codable {
    package static let name = "audience.listClients"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = ClientList
    package typealias Failure = ValidationFailure
    /// A slug; nil: of every organization.
    package var organization: String?
    /// Greater ids only; nil starts at the oldest.
    package var after: ClientID?
    /// From 1 to 500.
    package var limit: Int
    package init(organization: String?, after: ClientID? = nil, limit: Int = 100) {
        self.organization = organization
        self.after = after
        self.limit = limit
    }
}

package struct ClientList: RPCPayload, Codable, Equatable {
    package var clients: [ClientInfo]
    package init(clients: [ClientInfo]) { self.clients = clients }
}

/// Switches a client's API keys off or on; gateways that remember a key notice within 10 s.
///
/// Campaigns and messages that were accepted before go on. Idempotent. Failure: `client: not_found`.
package struct SetClientActive: RPCMethod, Codable {
    package static let name = "audience.setClientActive"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = ClientState
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var isActive: Bool
    package init(scope: ClientScope, isActive: Bool) {
        self.scope = scope
        self.isActive = isActive
    }
}

package struct ClientState: RPCPayload, Codable, Equatable {
    package var client: ClientIdentity
    package var isActive: Bool
    /// Whether this call changed it.
    package var changed: Bool
    package init(client: ClientIdentity, isActive: Bool, changed: Bool) {
        self.client = client
        self.isActive = isActive
        self.changed = changed
    }
}
