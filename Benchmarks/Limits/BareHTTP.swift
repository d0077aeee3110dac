import NIOCore
import NIOHTTP1
import NIOPosix

/// The machine's own limit for pixels: SwiftNIO's HTTP server answers 43 bytes and does nothing else.
struct BareHTTP {
    func answersPerSecond(seconds: Int) async throws -> Double {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(BareAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let url = "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"
        let result = try await RequestLoad(url: url, seconds: seconds, requests: RequestLoad.gets(["/t/o/x.gif"])).run()
        try await listener.close()
        return result.perSecond
    }
}

private final class BareAnswer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let body = ByteBuffer(repeating: 0x47, count: 43)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let headers: HTTPHeaders = ["Content-Type": "image/gif", "Content-Length": "43"]
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
