import Foundation
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import Testing

/// A connection that sends and reads bytes as a test tells it.
final class WirePeer {
    private let channel: any Channel
    private var lines: AsyncStream<String>.Iterator

    private init(channel: any Channel, lines: AsyncStream<String>) {
        self.channel = channel
        self.lines = lines.makeAsyncIterator()
    }

    static func connect(to address: RPCAddress) async throws -> WirePeer {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(LineCollector(continuation)) }
            }
        let channel =
            switch address {
            case .unix(let path): try await bootstrap.connect(unixDomainSocketPath: path).get()
            case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port).get()
            case .descriptor: throw ChannelError.operationUnsupported
            }
        return WirePeer(channel: channel, lines: lines)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }
    /// Sends without waiting that the system took it.
    func post(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }
    func closeOutput() async throws { try await channel.close(mode: .output) }
    func close() async throws { try await channel.close() }
    func pauseReading() async throws { try await channel.setOption(.autoRead, value: false).get() }
    func resumeReading() async throws { try await channel.setOption(.autoRead, value: true).get() }

    /// The next line without its newline; nil when the other side has closed.
    func line() async -> String? { await lines.next(isolation: nil) }
}

private final class LineCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<String>.Continuation
    private var partial = ""

    init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        partial += String(buffer: unwrapInboundIn(data))
        while let end = partial.firstIndex(of: "\n") {
            continuation.yield(String(partial[..<end]))
            partial = String(partial[partial.index(after: end)...])
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { continuation.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func temporarySocketPath() -> String { "/tmp/rpc-\(UUID().uuidString.prefix(18)).sock" }

/// Runs a server on a Unix socket of its own while `body` runs, then drains it.
func withServer(
    _ handlers: Handlers = Handlers(),
    address: RPCAddress = .unix(path: temporarySocketPath()),
    limits: RPCLimits = RPCLimits(),
    identify: @escaping @Sendable (RPCPeerCredentials?) -> RPCPeer? = { _ in .operator },
    _ body: (RPCServer, RPCAddress) async throws -> Void
) async throws {
    let server = RPCServer(
        methods: testMethods(handlers),
        addresses: [address],
        limits: limits,
        title: "test",
        identify: identify,
        logger: quiet
    )
    let bound = try #require(try await server.bind().first)
    try await withThrowingTaskGroup { group in
        group.addTask { try await server.run() }
        do { try await body(server, bound) } catch {
            handlers.openAll()
            server.beginDraining()
            throw error
        }
        handlers.openAll()
        server.beginDraining()
        try await group.waitForAll()
    }
}

extension Handlers {
    func openAll() {
        readGate.open()
        writeGate.open()
    }
}
