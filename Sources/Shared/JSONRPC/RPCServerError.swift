/// Why a server cannot listen.
package enum RPCServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Somebody listens on this Unix socket already.
    case addressInUse(path: String)
    /// The path exists and is no socket.
    case notASocket(path: String)
    case cannotListen(path: String, errno: Int32)
    /// TCP without encryption is for loopback alone.
    case notLoopback(host: String)

    package var description: String {
        switch self {
        case .addressInUse(let path): "address in use: another process listens on \(path)"
        case .notASocket(let path): "\(path) exists and is not a socket"
        case .cannotListen(let path, let errno): "cannot listen on \(path): errno \(errno)"
        case .notLoopback(let host): "\(host) is not a loopback address"
        }
    }
}

extension RPCAddress {
    static func isLoopback(host: String) -> Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
