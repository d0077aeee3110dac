import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Where the gateway's HTTP is.
enum GatewayListener: Sendable {
    /// An inherited, listening socket.
    case descriptor(CInt)
    case address(host: String, port: Int)
}

/// Serves HTTP/1.1 on an inherited or own socket, with limits on everything that a stranger decides.
///
/// On graceful shutdown it stops accepting, finishes what has begun, and closes each connection after its answer (I12). An inherited
/// socket itself is left alone, so that its backlog waits for the next process.
final class GatewayServer: Service {
    static let maximumConnections = 1_024
    static let keepAlive = TimeAmount.seconds(15)
    /// The longest that a request with a body takes, from its head to its answer.
    static let requestPatience = TimeAmount.minutes(5)
    /// How long idle connections stay open on shutdown.
    static let grace = TimeAmount.milliseconds(500)

    private let listener: GatewayListener
    private let responder: GatewayResponder
    private let logger: Logger
    let connections = OpenConnections()

    init(listener: GatewayListener, responder: GatewayResponder, logger: Logger) {
        self.listener = listener
        self.responder = responder
        self.logger = logger
    }

    func run() async throws {
        let server = try await bind()
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                try await server.executeThenClose { inbound in
                    for try await connection in inbound { group.addTask { await self.serve(connection) } }
                }
            }
        } onGracefulShutdown: {
            self.connections.beginQuiescing()
            server.channel.close(promise: nil)
            // A request may be on its way on a connection that looks idle: it still gets its answer, with `Connection: close`.
            self.closeIdle(after: Self.grace, on: server.channel.eventLoop)
        }
    }

    /// Again and again: connections that were accepted in the last moment come late.
    private func closeIdle(after delay: TimeAmount, on eventLoop: any EventLoop) {
        eventLoop.scheduleTask(in: delay) {
            self.connections.quiesce()
            if self.connections.count > 0 { self.closeIdle(after: delay, on: eventLoop) }
        }
    }

    private func serve(_ connection: HTTP1Channel.Value) async {
        guard connections.count < Self.maximumConnections else {
            try? await connection.executeThenClose { _, _ in }
            return
        }
        connections.add(connection.channel)
        defer { connections.remove(connection.channel) }
        await channel.handle(value: connection, logger: logger)
    }

    private var channel: HTTP1Channel {
        let responder = responder
        let connections = connections
        return HTTP1Channel(
            responder: { request, writer, channel in
                // What has a body may be sent slowly for ever; closing the connection ends the wait.
                let limit = request.method == .get || request.method == .head ? nil : Self.end(channel, after: Self.requestPatience)
                defer { limit?.cancel() }
                var response = await responder.respond(request, remote: channel.remoteAddress)
                if connections.isQuiescing || response.status == .contentTooLarge {
                    response.headers[.connection] = "close"
                    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                }
                connections.touch()
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: .init(
                idleTimeout: Self.keepAlive,
                httpDecoderConfiguration: .init(maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)
            )
        )
    }

    private static func end(_ channel: any Channel, after delay: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: delay) { channel.close(promise: nil) }
    }

    private func bind() async throws -> NIOAsyncChannel<HTTP1Channel.Value, Never> {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        let channel = channel
        let logger = logger
        let setup: @Sendable (any Channel) -> EventLoopFuture<HTTP1Channel.Value> = { channel.setup(channel: $0, logger: logger) }
        switch listener {
        case .descriptor(let descriptor): return try await bootstrap.bind(descriptor, childChannelInitializer: setup)
        case .address(let host, let port): return try await bootstrap.bind(host: host, port: port, childChannelInitializer: setup)
        }
    }
}
