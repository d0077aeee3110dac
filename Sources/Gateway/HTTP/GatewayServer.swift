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
    static let keepAlive = TimeAmount.seconds(15)
    /// The longest that a request with a body takes, from its head to its answer.
    static let requestPatience = TimeAmount.minutes(5)
    /// How long idle connections stay open on shutdown.
    static let grace = TimeAmount.milliseconds(500)

    private let listener: GatewayListener
    private let responder: GatewayResponder
    private let pixels: PixelLinks
    private let logger: Logger
    let connections: OpenConnections

    init(
        listener: GatewayListener,
        responder: GatewayResponder,
        pixels: PixelLinks,
        connections: OpenConnections = OpenConnections(),
        logger: Logger
    ) {
        self.listener = listener
        self.responder = responder
        self.pixels = pixels
        self.connections = connections
        self.logger = logger
    }

    func run() async throws {
        let (handedOver, handOver) = AsyncStream.makeStream(of: HTTP1Channel.Value.self)
        let server = try await bind(handOver)
        // Connections that are only asked for pixels belong to no task, so that they are waited for here.
        connections.whenFinished { handOver.finish() }
        server.closeFuture.whenComplete { _ in self.connections.stopAccepting() }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await connection in handedOver { group.addTask { await self.channel.handle(value: connection, logger: self.logger) } }
                // Only a cancelled task is here while anything is open.
                server.close(promise: nil)
                connections.closeAll()
            }
        } onGracefulShutdown: {
            self.connections.beginQuiescing()
            server.close(promise: nil)
            // A request may be on its way on a connection that looks idle: it still gets its answer, with `Connection: close`.
            self.closeIdle(after: Self.grace, on: server.eventLoop)
        }
    }

    /// Again and again: connections that were accepted in the last moment come late.
    private func closeIdle(after delay: TimeAmount, on eventLoop: any EventLoop) {
        eventLoop.scheduleTask(in: delay) {
            self.connections.quiesce()
            if self.connections.count > 0 { self.closeIdle(after: delay, on: eventLoop) }
        }
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

    private func bind(_ handOver: AsyncStream<HTTP1Channel.Value>.Continuation) async throws -> any Channel {
        let http = channel
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [connections, pixels, logger] channel in
                guard connections.add(channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    let handler = PixelHandler(links: pixels, connections: connections) { channel in
                        // Complete at once: this runs on the event loop of the channel.
                        http.setup(channel: channel, logger: logger).whenSuccess { handOver.yield($0) }
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        switch listener {
        case .descriptor(let descriptor): return try await bootstrap.withBoundSocket(descriptor).get()
        case .address(let host, let port): return try await bootstrap.bind(host: host, port: port).get()
        }
    }
}
