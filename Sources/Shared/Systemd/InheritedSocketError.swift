import Glibc

/// Why the inherited sockets cannot be used.
package enum InheritedSocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The variables are malformed or the descriptors are not there.
    case environment(errorNumber: Int32)
    /// The descriptor of this name is not a listening stream socket.
    case notListening(name: String)

    package var description: String {
        switch self {
        case .environment(let number): "inherited sockets: \(String(cString: strerror(number)))"
        case .notListening(let name): "the inherited descriptor \(name) is not a listening stream socket"
        }
    }
}
