import NIOCore
import NIOPosix
import Synchronization

/// The machine's own limit: SwiftNIO sends 1 KB lines to and fro, one flush a line, and does nothing else.
struct LineEcho {
    var path: String
    var inFlight: Int

    func linesPerSecond(over seconds: Int) async throws -> Int {
        let count = Counter()
        let group = MultiThreadedEventLoopGroup.singleton
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(LineReturner(counter: nil)) }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(LineReturner(counter: count)) }
            }
            .connect(unixDomainSocketPath: path).get()
        let line = ByteBuffer(string: String(repeating: "x", count: 1_023) + "\n")
        for _ in 0..<inFlight { channel.writeAndFlush(line, promise: nil) }
        try await Task.sleep(for: .milliseconds(500))
        let (before, start) = (count.value, ContinuousClock.now)
        try await Task.sleep(for: .seconds(seconds))
        let (after, elapsed) = (count.value, (ContinuousClock.now - start) / .seconds(1))
        try await channel.close()
        try await listener.close()
        return Int(Double(after - before) / elapsed)
    }

    fileprivate final class Counter: Sendable {
        private let lines = Atomic<Int>(0)
        var value: Int { lines.load(ordering: .relaxed) }
        func add() { lines.wrappingAdd(1, ordering: .relaxed) }
    }
}

/// Sends every line back as it came.
private final class LineReturner: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let counter: LineEcho.Counter?
    private var partial = ByteBuffer()

    init(counter: LineEcho.Counter?) { self.counter = counter }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var chunk = unwrapInboundIn(data)
        if partial.readableBytes > 0 {
            partial.writeBuffer(&chunk)
            chunk = partial
            partial = ByteBuffer()
        }
        while let end = chunk.readableBytesView.firstIndex(of: 0x0A),
            let line = chunk.readSlice(length: end - chunk.readerIndex + 1)
        {
            counter?.add()
            context.writeAndFlush(wrapOutboundOut(line), promise: nil)
        }
        partial = chunk
    }
}
