/// Where a service listens or is reached.
package enum RPCAddress: Sendable, Hashable {
    case unix(path: String)
    /// Loopback only, because the connection is not encrypted.
    case tcp(host: String, port: Int)
    /// An inherited, listening descriptor (server only).
    case descriptor(CInt)
}
