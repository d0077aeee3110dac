import JSON
import NIOCore
import Synchronization

/// Takes the answers off the wire and gives them to the waiting calls.
///
/// Lives on the connection's event loop.
final class RPCClientHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Callers go on while the replies behind theirs are read.
    private static let repliesAtOnce = 16

    private let connection: RPCClientConnection
    private let limits: RPCLimits
    private var splitter: LineSplitter
    private var timer: RepeatedTask?

    init(connection: RPCClientConnection, limits: RPCLimits) {
        self.connection = connection
        self.limits = limits
        splitter = LineSplitter(maximumBytes: limits.maximumLineBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // One coarse timer serves every deadline of the connection and its idle end.
        let interval = TimeAmount.milliseconds(20)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [connection] _ in _ = connection.sweep() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        connection.fail("the connection was closed")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.fail("the connection was lost: \(error)")
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        guard let chunk = buffer.readBytes(length: buffer.readableBytes) else { return }
        splitter.feed(chunk)
        var replies: [(UInt64, RPCReply)] = []
        replies.reserveCapacity(Self.repliesAtOnce)
        while let piece = splitter.next() {
            guard case .line(let line) = piece, let message = try? RPCServerMessage(reading: line, limits: limits) else {
                finish(replies)
                connection.fail("the server broke the protocol")
                context.close(promise: nil)
                return
            }
            switch message {
            case .notification(let method):
                if method == "rpc.draining" { connection.leave() }
            case .reply(let id, let reply):
                if let number = Self.number(id) {
                    replies.append((number, reply))
                    if replies.count >= Self.repliesAtOnce {
                        finish(replies)
                        replies.removeAll(keepingCapacity: true)
                    }
                } else if case .error(let error) = reply {
                    refuse(error)
                }
            }
        }
        finish(replies)
    }

    private func finish(_ replies: [(UInt64, RPCReply)]) {
        guard !replies.isEmpty else { return }
        let isDraining = replies.contains {
            if case .error(let error) = $0.1 { error.code == RPCErrorCode.draining.rawValue } else { false }
        }
        let (ended, mustFlush) = connection.state.withLock { state in
            let ended = replies.compactMap { id, reply in state.end(id).map { ($0.continuation, reply) } }
            return (ended, state.outgoing.readableBytes > 0)
        }
        for (continuation, reply) in ended { continuation.resume(returning: reply) }
        if mustFlush { connection.flush() }
        if isDraining { connection.leave() } else { connection.closeIfDone() }
    }

    /// An error without an id concerns the connection: the server refuses it as a whole.
    private func refuse(_ error: RPCWireError) {
        let isUnbegun = error.code == RPCErrorCode.tooManyConnections.rawValue
        let ended = connection.state.withLock { state in
            state.phase = .leaving
            defer {
                state.pending = [:]
                state.held = []
                state.heldCount = 0
                state.outgoing = ByteBuffer()
            }
            return state.pending.values.map(\.continuation)
        }
        for continuation in ended {
            continuation.resume(returning: isUnbegun ? .lost(reason: error.message, begun: false) : .error(error))
        }
        connection.closeIfDone()
    }

    private static func number(_ token: ArraySlice<UInt8>) -> UInt64? {
        var reader = JSONReader(token)
        return (try? reader.integer()).map({ UInt64(bitPattern: $0) })
    }
}
