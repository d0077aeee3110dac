import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Answers like SES API v2, at once and without looking: what a sender can reach when the provider costs nothing.
final class SESStub: Sendable {
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    let url: String
    private let listener: any Channel
    private let tally: Tally

    private init(listener: any Channel, tally: Tally) {
        self.listener = listener
        self.tally = tally
        url = "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"
    }

    static func start(port: Int = 0) async throws -> SESStub {
        let tally = Tally()
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(SESStubHandler(tally: tally)) }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return SESStub(listener: listener, tally: tally)
    }

    /// What makes Delivery send here.
    var environment: [String: String] {
        [
            "DATAMAILER_TRANSPORT": "ses", "AWS_ENDPOINT_URL_SESV2": url, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE00", "AWS_SECRET_ACCESS_KEY": "an/example+key/of/no/account/at/all00",
        ]
    }

    /// Messages and their bytes so far.
    var counts: (messages: Int, bytes: Int) { (tally.messages.load(ordering: .relaxed), tally.bytes.load(ordering: .relaxed)) }

    func end() async { try? await listener.close() }

    final class Tally: Sendable {
        let messages = Atomic<Int>(0)
        let bytes = Atomic<Int>(0)
    }
}

private final class SESStubHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private static let account =
        #"{"SendQuota":{"Max24HourSend":1e9,"MaxSendRate":1000000,"SentLast24Hours":0},"SendingEnabled":true,"ProductionAccessEnabled":true,"EnforcementStatus":"HEALTHY"}"#
    private let tally: SESStub.Tally
    private var framing = HTTPFraming()

    init(tally: SESStub.Tally) { self.tally = tally }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var chunk = unwrapInboundIn(data)
        framing.append(&chunk)
        while let message = framing.next() {
            let body: String
            if message.startLine.hasPrefix("POST") {
                let number = tally.messages.wrappingAdd(1, ordering: .relaxed).newValue
                tally.bytes.wrappingAdd(message.bodyBytes, ordering: .relaxed)
                body = "{\"MessageId\":\"0100benchmark-\(number)-000000\"}"
            } else {
                body = Self.account
            }
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }
}
