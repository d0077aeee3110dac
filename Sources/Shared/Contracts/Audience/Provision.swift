import JSONRPC
import Model

/// Makes or completes an organization, an audience and a client; gives a new API key when `keyName` is given.
///
/// Idempotent but for the key: a key of that name that exists is kept and its secret is not shown again. Failures: slug syntax
/// (`[a-z0-9][a-z0-9-]{0,62}`), sender syntax (`senders.0.email: invalid`).
package struct Provision: RPCMethod, Codable {
    package static let name = "audience.provision"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = Provisioned
    package typealias Failure = ValidationFailure
    package var organization: String
    package var audience: String
    package var client: String
    /// First is the default.
    ///
    /// Empty leaves the senders as they are.
    package var senders: [Sender]
    package var keyName: String?
    package init(organization: String, audience: String, client: String, senders: [Sender], keyName: String?) {
        self.organization = organization
        self.audience = audience
        self.client = client
        self.senders = senders
        self.keyName = keyName
    }
}

package struct Provisioned: RPCPayload, Codable, Equatable {
    package var client: ClientIdentity
    package var audienceID: AudienceID
    /// `dm_<public id>_<secret>`, only when this call made the key; shown once.
    package var apiKey: String?
    package init(client: ClientIdentity, audienceID: AudienceID, apiKey: String?) {
        self.client = client
        self.audienceID = audienceID
        self.apiKey = apiKey
    }
}

/// The client's senders.
///
/// Idempotent.
package struct GetSenders: RPCMethod, Codable {
    package static let name = "audience.getSenders"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .campaign, .delivery, .operator]
    package typealias Result = ClientSenders
    package var scope: ClientScope
    package init(scope: ClientScope) { self.scope = scope }
}

/// Replaces the client's senders.
///
/// Idempotent. Failures as in the recorded samples: `senders: must_be_non_empty_list`, `senders.N.id:
/// required|invalid|duplicate`, `senders.N.email: required|invalid`, `default_sender_id: required|not_configured`.
package struct PutSenders: RPCMethod, Codable {
    package static let name = "audience.putSenders"
    package static let isIdempotent = true
    package typealias Result = ClientSenders
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var senders: [Sender]
    package var defaultSenderID: String?
    package init(scope: ClientScope, senders: [Sender], defaultSenderID: String?) {
        self.scope = scope
        self.senders = senders
        self.defaultSenderID = defaultSenderID
    }
}

package struct ClientSenders: RPCPayload, Codable, Equatable {
    package var client: ClientIdentity
    package var defaultSenderID: String?
    package var senders: [Sender]
    package init(client: ClientIdentity, defaultSenderID: String?, senders: [Sender]) {
        self.client = client
        self.defaultSenderID = defaultSenderID
        self.senders = senders
    }
}
