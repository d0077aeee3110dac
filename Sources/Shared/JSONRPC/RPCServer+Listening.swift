import Glibc
import NIOCore
import NIOPosix

extension RPCServer {
    /// Stops accepting, lets what was accepted become connections, then closes.
    ///
    /// SwiftNIO throws away a connection whose listener is closed while it is still being set up, and its peer would hear nothing.
    static func closeQuietly(_ listener: any Channel) -> EventLoopFuture<Void> {
        listener.setOption(.autoRead, value: false)
            .flatMap { settle(listener.eventLoop) }
            .flatMap { settle(listener.eventLoop) }
            .flatMap { listener.close() }
    }

    /// Completes when every event loop has done what it had to do before; setting up a connection goes from one to another and back.
    private static func settle(_ eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let loops = MultiThreadedEventLoopGroup.singleton.makeIterator().map { $0.submit {} }
        return EventLoopFuture.andAllComplete(loops, on: eventLoop)
    }

    func listen(on address: RPCAddress) async throws {
        switch address {
        case .unix(let path):
            // Bound here and not by NIO, which would remove the path on closing, when it may be another server's already.
            let listener = try await bootstrap().withBoundSocket(try UnixSocketFile.listen(at: path)).get()
            opened(listener, as: address, unixPath: path)
        case .tcp(let host, let port):
            guard RPCAddress.isLoopback(host: host) else { throw RPCServerError.notLoopback(host: host) }
            let listener = try await bootstrap().bind(host: host, port: port).get()
            opened(listener, as: .tcp(host: host, port: listener.localAddress?.port ?? port), unixPath: nil)
        case .descriptor(let descriptor):
            let listener = try await bootstrap().withBoundSocket(descriptor).get()
            opened(listener, as: address, unixPath: nil)
        }
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 * 1024, high: 1024 * 1024))
            .childChannelInitializer { channel in
                Self.credentials(of: channel).flatMapThrowing { credentials in
                    let peer = self.peer(behind: credentials, of: channel)
                    let isCounted = self.shared.activity.connectionOpened(maximum: self.shared.dispatcher.limits.maximumConnections)
                    if isCounted {
                        channel.closeFuture.whenComplete { _ in self.shared.activity.connectionClosed() }
                    }
                    let refusal: RPCErrorCode? = !isCounted ? .tooManyConnections : peer == nil ? .notAllowed : nil
                    let connection = RPCServerConnection(shared: self.shared, peer: peer ?? .gateway, refusal: refusal)
                    try channel.pipeline.syncOperations.addHandler(connection)
                    self.adopt(connection, on: channel)
                }
            }
    }

    /// Nil for a connection that is neither local nor identified.
    private func peer(behind credentials: RPCPeerCredentials?, of channel: any Channel) -> RPCPeer? {
        if credentials == nil {
            guard let host = channel.remoteAddress?.ipAddress, RPCAddress.isLoopback(host: host) else { return nil }
        }
        return shared.identify(credentials)
    }

    /// The layout of the kernel's `struct ucred` (unix(7)).
    private struct KernelCredentials: Sendable {
        var processID: Int32 = 0
        var userID: UInt32 = .max
        var groupID: UInt32 = .max
    }

    private static func credentials(of channel: any Channel) -> EventLoopFuture<RPCPeerCredentials?> {
        guard channel.localAddress?.protocol == .unix, let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeSucceededFuture(nil)
        }
        let found: EventLoopFuture<KernelCredentials> = options.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED))
        return found.map { RPCPeerCredentials(processID: $0.processID, userID: $0.userID, groupID: $0.groupID) }
    }
}
