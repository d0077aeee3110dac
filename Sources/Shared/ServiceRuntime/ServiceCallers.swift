import Configuration
import JSONRPC
import Logging
import Synchronization

/// One pooled client for each other service, made when it is first needed.
final class ServiceCallers: Sendable {
    private let runtimeDirectory: String
    private let addresses: [ServiceName: HostAndPort]
    private let logger: Logger
    private let clients = Mutex<[ServiceName: RPCClient]>([:])

    /// `DATAMAILER_<SERVICE>_RPC_ADDRESS=host:port` reaches a service that listens on loopback TCP.
    init(runtimeDirectory: String, reader: ConfigReader, logger: Logger) {
        self.runtimeDirectory = runtimeDirectory
        self.logger = logger
        var addresses: [ServiceName: HostAndPort] = [:]
        for name in ServiceName.allCases {
            addresses[name] = reader.string(forKey: ConfigKey("datamailer.\(name.rawValue).rpc.address")).flatMap { HostAndPort($0) }
        }
        self.addresses = addresses
    }

    func caller(_ name: ServiceName) -> RPCClient {
        clients.withLock { clients in
            if let client = clients[name] { return client }
            let client = RPCClient(address: address(of: name), logger: logger)
            clients[name] = client
            return client
        }
    }

    func close() async {
        let open = clients.withLock { clients in
            defer { clients = [:] }
            return Array(clients.values)
        }
        for client in open { await client.close() }
    }

    private func address(of name: ServiceName) -> RPCAddress {
        if let address = addresses[name] { return .tcp(host: address.host, port: address.port) }
        return .unix(path: "\(runtimeDirectory)/\(name.socketFileName)")
    }
}
