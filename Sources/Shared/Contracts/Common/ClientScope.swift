import JSONRPC
import Model

/// Whose data a call is about: the client that the API key names, inside its organization.
package struct ClientScope: Codable, Hashable, Sendable {
    package var organizationID: OrganizationID
    package var clientID: ClientID

    package init(organizationID: OrganizationID, clientID: ClientID) {
        self.organizationID = organizationID
        self.clientID = clientID
    }
}

/// A client scope narrowed to one audience of the same organization.
package struct AudienceScope: Codable, Hashable, Sendable {
    package var organizationID: OrganizationID
    package var clientID: ClientID
    package var audienceID: AudienceID

    package init(organizationID: OrganizationID, clientID: ClientID, audienceID: AudienceID) {
        self.organizationID = organizationID
        self.clientID = clientID
        self.audienceID = audienceID
    }
}
