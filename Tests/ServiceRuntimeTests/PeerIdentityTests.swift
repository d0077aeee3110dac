import JSONRPC
@testable import ServiceRuntime
import Testing

@Suite("Who is on the other side")
struct PeerIdentityTests {
    private struct Accounts: AccountDirectory {
        func userName(_ id: UInt32) -> String? { [501: "datamailer-campaign", 502: "anna", 503: "berta", 504: "datamailer-nobody"][id] }
        func isMember(user: String, groupID: UInt32, of group: String) -> Bool { group == "datamailer" && user == "anna" }
    }

    private func peer(_ user: UInt32?, own: UInt32 = 500, trustsSameUser: Bool = false, trustsLoopback: Bool = false) -> RPCPeer? {
        let identity = PeerIdentity(ownUser: own, trustsSameUser: trustsSameUser, trustsLoopback: trustsLoopback, accounts: Accounts())
        return identity.peer(user.map { RPCPeerCredentials(processID: 1, userID: $0, groupID: 100) })
    }

    @Test("root and members of the group are the operator, a service's user is the service, others are nobody")
    func users() {
        #expect(peer(0) == .operator)
        #expect(peer(501) == .campaign)
        #expect(peer(502) == .operator)
        #expect(peer(503) == nil)
        #expect(peer(504) == nil)
        #expect(peer(999) == nil)
    }

    @Test("the same user is trusted only when up says so")
    func sameUser() {
        #expect(peer(503, own: 503) == nil)
        #expect(peer(503, own: 503, trustsSameUser: true) == .operator)
        #expect(peer(503, own: 502, trustsSameUser: true) == nil)
    }

    @Test("a TCP connection has no user and is trusted only where the service was told to listen")
    func loopback() {
        #expect(peer(nil) == nil)
        #expect(peer(nil, trustsLoopback: true) == .operator)
    }

    @Test("the system's own accounts can be read")
    func system() {
        #expect(SystemAccounts().userName(0) == "root")
        #expect(SystemAccounts().userName(4_000_000_000) == nil)
        #expect(SystemAccounts().isMember(user: "root", groupID: 0, of: "root"))
        #expect(!SystemAccounts().isMember(user: "root", groupID: 0, of: "no-such-group"))
    }
}
