import Synchronization
import Systemd

/// The inherited sockets that the runtime did not take, for a service with listeners of its own (`gateway-http`).
package enum InheritedListeners {
    private static let sockets = Mutex<InheritedSockets?>(nil)

    static func load(_ inherited: InheritedSockets) { sockets.withLock { $0 = inherited } }

    /// The listening descriptors of a name; each can be taken once.
    package static func take(_ name: String) -> [CInt] { sockets.withLock { $0?.take(name) ?? [] } }
}
