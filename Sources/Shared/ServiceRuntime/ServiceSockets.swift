import JSONRPC
import Systemd

/// Where a service listens: the sockets that it inherited by name, else its own.
struct ServiceSockets: Sendable {
    var rpc: [CInt]
    /// Whether somebody else holds the sockets and starts the service again.
    var isInherited: Bool

    /// Takes the RPC sockets of the process; what has another name stays for the service itself (``InheritedListeners``).
    static func inherit(for name: ServiceName) throws -> ServiceSockets {
        InheritedListeners.load(try InheritedSockets.inherit())
        let rpc = InheritedListeners.take(name.descriptorName)
        return ServiceSockets(rpc: rpc, isInherited: !rpc.isEmpty)
    }

    func addresses(for name: ServiceName, _ configuration: RuntimeConfiguration) -> [RPCAddress] {
        var addresses: [RPCAddress] = rpc.map { .descriptor($0) }
        if addresses.isEmpty { addresses.append(.unix(path: "\(configuration.runtimeDirectory)/\(name.socketFileName)")) }
        if let listen = configuration.listen { addresses.append(.tcp(host: listen.host, port: listen.port)) }
        return addresses
    }
}
