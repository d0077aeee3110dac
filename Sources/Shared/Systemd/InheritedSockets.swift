import CSystemd
import Glibc

/// The listening sockets that systemd (or `datamailer up`) gave to this process, by name.
///
/// The protocol is that of `sd_listen_fds(3)`. Each socket can be taken once; who takes it owns it.
package struct InheritedSockets: Sendable {
    private var descriptors: [String: [CInt]]

    /// Takes over what `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` describe, and clears the three.
    ///
    /// Call once, at the start of the process and before there are threads (it changes the environment): a second call finds nothing.
    /// None when the variables are absent or meant for another process. Every descriptor is made close-on-exec.
    /// The corresponding C function is `sd_listen_fds_with_names`.
    package static func inherit() throws(InheritedSocketError) -> InheritedSockets {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(1, &names)
        defer {
            for index in 0..<Int(max(0, count)) { free(names?[index]) }
            free(names)
        }
        guard count >= 0 else { throw .environment(errorNumber: -count) }
        let found = (0..<Int(count)).map { index in
            (name: names?[index].map { String(cString: $0) } ?? "unknown", descriptor: CInt(index) + 3)
        }
        return try InheritedSockets(found)
    }

    /// Takes named descriptors, after checking that each is a listening stream socket.
    package init(_ found: [(name: String, descriptor: CInt)]) throws(InheritedSocketError) {
        descriptors = [:]
        for (name, descriptor) in found {
            guard sd_is_socket(descriptor, 0, CInt(SOCK_STREAM.rawValue), 1) > 0 else { throw .notListening(name: name) }
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw .environment(errorNumber: errno) }
            descriptors[name, default: []].append(descriptor)
        }
    }

    /// The names of the sockets that were not taken yet, sorted.
    package var names: [String] { descriptors.keys.sorted() }

    /// Whether nothing is left to take.
    package var isEmpty: Bool { descriptors.isEmpty }

    /// Hands out all sockets of the name (one unit file may open several), or none.
    package mutating func take(_ name: String) -> [CInt] {
        descriptors.removeValue(forKey: name) ?? []
    }
}
