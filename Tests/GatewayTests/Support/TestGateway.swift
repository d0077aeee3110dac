import Contracts
import Foundation
import JSON
import JSONRPC
import Logging
import ServiceLifecycle
import Tokens

@testable import Gateway

/// The gateway on a real socket in front of services that are tables in this process.
struct TestGateway: Sendable {
    let port: UInt16
    let backend: FakeBackend
    let signer: TokenSigner
    let spool: EventSpool
    let intake: EventIntake
    let group: ServiceGroup

    static let apiKey = "dm_abcdefghijkl_" + String(repeating: "s", count: 43)

    /// Starts one, runs the body and shuts it down gracefully.
    static func run(
        _ backend: FakeBackend = FakeBackend(),
        provider: ProviderIntake? = nil,
        connections: OpenConnections = OpenConnections(),
        proxies: TrustedProxies = .none,
        _ body: (TestGateway) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/gateway-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let gateway = try make(backend, provider, connections, proxies, spoolDirectory: directory)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await gateway.group.run() }
            do {
                try await body(gateway)
            } catch {
                await gateway.group.triggerGracefulShutdown()
                throw error
            }
            await gateway.group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func make(
        _ backend: FakeBackend,
        _ provider: ProviderIntake?,
        _ connections: OpenConnections,
        _ proxies: TrustedProxies,
        spoolDirectory: String
    ) throws -> TestGateway {
        var logger = Logger(label: "gateway-tests")
        logger.logLevel = .critical
        let keys = try TokenKeys([(id: 1, secret: [UInt8](repeating: 7, count: 32))])
        let spool = try EventSpool(directory: spoolDirectory, logger: logger)
        let intake = EventIntake(tracking: backend.tracking, spool: spool, logger: logger)
        let links = PublicLinks(verifier: TokenVerifier(keys: keys), intake: intake, audience: backend.audience, campaign: backend.campaign)
        let services = APIServices(
            audience: backend.audience,
            campaign: backend.campaign,
            delivery: backend.delivery,
            tracking: backend.tracking,
            provider: provider,
            confirmations: TrackingLinks(publicURL: "http://127.0.0.1:8080", signer: TokenSigner(keys: keys))
        )
        let socket = try ListeningSocket()
        // Buckets that never fill again: how fast this machine is does not matter.
        let begun = ContinuousClock.now
        let limits = RequestRateLimits(keyRate: 0) { begun }
        let server = GatewayServer(
            listener: .descriptor(socket.descriptor),
            responder: GatewayResponder(
                routes: GatewayRoutes.make(links, services, limits: limits, publicURL: "http://127.0.0.1:8080"),
                proxies: proxies,
                logger: logger
            ),
            pixels: PixelLinks(verifier: TokenVerifier(keys: keys), intake: intake, proxies: proxies),
            connections: connections,
            logger: logger
        )
        let configuration = ServiceGroupConfiguration(services: [server], gracefulShutdownSignals: [], logger: logger)
        return TestGateway(
            port: socket.port,
            backend: backend,
            signer: TokenSigner(keys: keys),
            spool: spool,
            intake: intake,
            group: ServiceGroup(configuration: configuration)
        )
    }

    /// One request on a connection of its own.
    func send(_ method: String, _ path: String, _ headers: [String] = [], body: [UInt8]? = nil) async throws -> WireReply {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: test", "Connection: close"] + headers
        if let body { lines.append("Content-Length: \(body.count)") }
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? [])
        let port = port
        return try await onThread {
            let connection = try WireConnection(port: port)
            try connection.send(bytes)
            guard let reply = try connection.reply(isHead: method == "HEAD") else { throw WireFault(description: "no answer") }
            return reply
        }
    }

    func get(_ path: String) async throws -> WireReply { try await send("GET", path) }

    /// A call of the API with a good key.
    func api(_ method: String, _ path: String, _ body: String? = nil) async throws -> (status: Int, json: JSONValue) {
        let headers = ["Authorization: Bearer \(Self.apiKey)", "Content-Type: application/json"]
        let reply = try await send(method, path, headers, body: body.map { Array($0.utf8) })
        return (reply.status, try JSONValue.parse(reply.body))
    }

    /// The path of a link to a campaign recipient.
    func path(_ purpose: TokenPurpose, kind: MessageKind = .campaign, id: Int64 = 42) -> String {
        let token = signer.sign(purpose, kind: kind, messageID: id)
        return purpose == .open ? "/t/o/\(token).gif" : "/unsubscribe/\(token)"
    }

    func clickPath(_ url: String, kind: MessageKind = .campaign, id: Int64 = 42, link: UInt16 = 3) -> String {
        let token = signer.sign(.click, kind: kind, messageID: id, link: link, url: url)
        return "/t/c/\(token)?u=\(PercentEncoding.encode(url))"
    }
}
