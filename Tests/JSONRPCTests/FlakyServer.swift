import Glibc
import JSONRPC
import NIOCore
import NIOPosix
import Synchronization

/// Closes its first connections as soon as a request came, then answers each line with `["repeated"]`.
enum FlakyServer {
    static func listen(on path: String, failures: Int) async throws -> any Channel {
        let left = Counter(failures)
        unlink(path)
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(left)) }
            }
            .bind(unixDomainSocketPath: path).get()
    }

    final class Counter: Sendable {
        private let left: Mutex<Int>
        init(_ count: Int) { left = Mutex(count) }
        func take() -> Bool {
            left.withLock { left in
                left -= 1
                return left >= 0
            }
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let left: Counter

        init(_ left: Counter) { self.left = left }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data))
            if left.take() {
                context.close(promise: nil)
            } else if let id = text.split(separator: "\"id\":").dropFirst().first?.prefix(while: \.isNumber) {
                let answer = ByteBuffer(string: "{\"jsonrpc\":\"2.0\",\"result\":[\"repeated\"],\"id\":\(id)}\n")
                context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            }
        }
    }
}

/// A listening Unix socket that outlives the servers that accept on it, as systemd's do.
final class ListeningSocket: Sendable {
    private let descriptor: CInt
    private let path: String

    private let keepsFile: Bool

    init?(path: String, keepsFile: Bool = false) {
        self.path = path
        self.keepsFile = keepsFile
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0, listen(descriptor, 64) == 0 else { return nil }
    }

    deinit {
        close(descriptor)
        if !keepsFile { unlink(path) }
    }

    func duplicate() -> CInt { dup(descriptor) }
}
