import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Keeps connections busy with requests, one under way on each.
struct RequestLoad {
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    struct Result: Sendable {
        var perSecond: Double
        /// Every answer, those of the warm-up too.
        var answers: Int
        /// Microseconds, of the measured time.
        var p50: Double
        var p99: Double
        var failures: Int
    }

    var host: String
    var port: Int
    var connections = 32
    var seconds: Int
    /// Whole requests, made in turn.
    var requests: [ByteBuffer]
    /// How the status line of a good answer begins.
    var success = "HTTP/1.1 200"

    /// At the service with this URL, such as `http://127.0.0.1:8080`.
    init(url: String, seconds: Int, requests: [ByteBuffer]) throws {
        guard let address = URLComponents(string: url), let port = address.port else { throw BenchmarkFailure("\(url)?") }
        host = address.host ?? "127.0.0.1"
        self.port = port
        self.seconds = seconds
        self.requests = requests
    }

    /// GETs of these targets.
    static func gets(_ targets: [String], headers: [String] = []) -> [ByteBuffer] {
        let lines = (["Host: localhost", "User-Agent: Mozilla/5.0"] + headers).joined(separator: "\r\n")
        return targets.map { ByteBuffer(string: "GET \($0) HTTP/1.1\r\n\(lines)\r\n\r\n") }
    }

    func run() async throws -> Result {
        let shared = RequestTally()
        let requests = requests
        let success = success
        var channels: [any Channel] = []
        for number in 0..<connections {
            let channel = try await ClientBootstrap(group: Self.group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            RequestHandler(tally: shared, requests: requests, success: success, first: number * requests.count / connections)
                        )
                    }
                }
                .connect(host: host, port: port).get()
            channels.append(channel)
        }
        try await Task.sleep(for: .seconds(1))
        shared.isMeasuring.store(true, ordering: .relaxed)
        let (before, start) = (shared.answers.load(ordering: .relaxed), ContinuousClock.now)
        try await Task.sleep(for: .seconds(seconds))
        let (after, elapsed) = (shared.answers.load(ordering: .relaxed), (ContinuousClock.now - start) / .seconds(1))
        shared.isMeasuring.store(false, ordering: .relaxed)
        shared.isOver.store(true, ordering: .relaxed)
        // Each handler closes after the answer that it waits for.
        for channel in channels { try await channel.closeFuture.get() }
        let sorted = shared.latencies.withLock { $0.sorted() }
        func quantile(_ part: Double) -> Double {
            sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
        }
        return Result(
            perSecond: Double(after - before) / elapsed,
            answers: shared.answers.load(ordering: .relaxed),
            p50: quantile(0.5),
            p99: quantile(0.99),
            failures: shared.failures.load(ordering: .relaxed)
        )
    }
}

private final class RequestTally: Sendable {
    let answers = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    let isMeasuring = Atomic<Bool>(false)
    let isOver = Atomic<Bool>(false)
    let latencies = Mutex<[UInt32]>([])
}

private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let tally: RequestTally
    private let requests: [ByteBuffer]
    private let success: String
    private var next: Int
    private var framing = HTTPFraming()
    private var sentAt = NIODeadline.now()
    private var latencies: [UInt32] = []

    init(tally: RequestTally, requests: [ByteBuffer], success: String, first: Int) {
        self.tally = tally
        self.requests = requests
        self.success = success
        next = first
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var chunk = unwrapInboundIn(data)
        framing.append(&chunk)
        while let message = framing.next() {
            if message.startLine.hasPrefix(success) {
                tally.answers.wrappingAdd(1, ordering: .relaxed)
            } else {
                tally.failures.wrappingAdd(1, ordering: .relaxed)
            }
            if tally.isMeasuring.load(ordering: .relaxed) {
                latencies.append(UInt32(clamping: (NIODeadline.now() - sentAt).nanoseconds / 1_000))
            }
            guard !tally.isOver.load(ordering: .relaxed) else { return context.close(promise: nil) }
            send(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { tally.latencies.withLock { $0 += latencies } }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        tally.failures.wrappingAdd(1, ordering: .relaxed)
        context.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        sentAt = .now()
        context.writeAndFlush(wrapOutboundOut(requests[next % requests.count]), promise: nil)
        next += 1
    }
}
