/// What SO_PEERCRED says of the other side (unix(7)): who it was when it connected.
package struct RPCPeerCredentials: Sendable, Hashable {
    package var processID: Int32
    package var userID: UInt32
    package var groupID: UInt32

    package init(processID: Int32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }
}
