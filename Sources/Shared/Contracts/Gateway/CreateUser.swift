import JSONRPC

/// Makes a staff user, or gives an existing one a new password and role.
///
/// Idempotent. Failures: `email: invalid`, `password: too_short` (under 12 characters), `role: invalid` (`admin`, `editor`, `viewer`).
package struct CreateUser: RPCMethod, Codable {
    package static let name = "gateway.createUser"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = CreatedUser
    package typealias Failure = ValidationFailure
    package var email: String
    package var role: String
    package var password: String
    package init(email: String, role: String, password: String) {
        self.email = email
        self.role = role
        self.password = password
    }
}

package struct CreatedUser: RPCPayload, Codable, Equatable {
    package var id: Int64
    package var email: String
    package var role: String
    package var created: Bool
    package init(id: Int64, email: String, role: String, created: Bool) {
        self.id = id
        self.email = email
        self.role = role
        self.created = created
    }
}
