import Foundation
import JSONRPC

/// Who is behind a connection's user id (DESIGN section 3, "who may call").
package struct PeerIdentity: Sendable {
    package var ownUser: UInt32
    package var trustsSameUser: Bool
    /// True when the service was told to listen on loopback TCP, where the other side has no user.
    package var trustsLoopback: Bool
    package var accounts: any AccountDirectory

    package init(
        ownUser: UInt32 = geteuid(),
        trustsSameUser: Bool,
        trustsLoopback: Bool,
        accounts: any AccountDirectory = SystemAccounts()
    ) {
        self.ownUser = ownUser
        self.trustsSameUser = trustsSameUser
        self.trustsLoopback = trustsLoopback
        self.accounts = accounts
    }

    /// - Returns: nil for somebody who may not call at all.
    package func peer(_ credentials: RPCPeerCredentials?) -> RPCPeer? {
        guard let credentials else { return trustsLoopback ? .operator : nil }
        if credentials.userID == 0 { return .operator }
        if trustsSameUser, credentials.userID == ownUser { return .operator }
        guard let user = accounts.userName(credentials.userID) else { return nil }
        if let service = ServiceName.allCases.first(where: { $0.userName == user }) { return RPCPeer(rawValue: service.rawValue) }
        return accounts.isMember(user: user, groupID: credentials.groupID, of: "datamailer") ? .operator : nil
    }
}

/// The operating system's users and groups.
package protocol AccountDirectory: Sendable {
    func userName(_ id: UInt32) -> String?
    /// - Parameter groupID: the user's primary group.
    func isMember(user: String, groupID: UInt32, of group: String) -> Bool
}

/// `passwd` and `group` through the C library.
package struct SystemAccounts: AccountDirectory {
    private static let bufferSize = 16_384

    package init() {}

    package func userName(_ id: UInt32) -> String? {
        var entry = passwd()
        var result: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.bufferSize) { buffer in
            guard let base = buffer.baseAddress, getpwuid_r(id, &entry, base, buffer.count, &result) == 0, result != nil,
                let name = entry.pw_name
            else {
                return nil
            }
            return String(cString: name)
        }
    }

    package func isMember(user: String, groupID: UInt32, of group: String) -> Bool {
        var entry = Glibc.group()
        var result: UnsafeMutablePointer<Glibc.group>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.bufferSize) { buffer in
            guard let base = buffer.baseAddress, getgrnam_r(group, &entry, base, buffer.count, &result) == 0, result != nil else {
                return false
            }
            if entry.gr_gid == groupID { return true }
            guard var member = entry.gr_mem else { return false }
            while let name = member.pointee {
                if String(cString: name) == user { return true }
                member += 1
            }
            return false
        }
    }
}
