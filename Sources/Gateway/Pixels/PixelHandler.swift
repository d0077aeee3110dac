import NIOCore

/// Stands first on every connection and answers requests for pixels on its event loop; the HTTP server gets the connection with the first
/// request that is something else.
///
/// Most connections of mail programs ask for one pixel, so that neither a task nor a change of thread is spent on them. One request is
/// answered at a time; what comes meanwhile waits in ``held``, and no more is read than that.
final class PixelHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let links: PixelLinks
    private let connections: OpenConnections
    /// Puts the HTTP server behind this handler.
    private let handOver: (any Channel) -> Void
    private var context: ChannelHandlerContext?
    private var held = ByteBuffer()
    /// The request whose event is not durable yet.
    private var pending: PixelRequest?
    private var isReadHeld = false
    private var isInputClosed = false
    private var isQuiescing = false
    private var lastActivity = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    private lazy var peer = IPAddress(context?.remoteAddress)
    /// Of who connected.
    private lazy var network = ClientAddress(address: peer).network

    init(links: PixelLinks, connections: OpenConnections, handOver: @escaping (any Channel) -> Void) {
        self.links = links
        self.connections = connections
        self.handOver = handOver
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        watch(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        idleTimer?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if held.readableBytes > 0 { held.writeBuffer(&bytes) } else { held = bytes }
        answerNext()
    }

    func read(context: ChannelHandlerContext) {
        if pending != nil, held.readableBytes > 0 { isReadHeld = true } else { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if pending == nil { context.close(promise: nil) }
        case ChannelEvent.inputClosed:
            isInputClosed = true
            answerNext()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension PixelHandler {
    /// The event of the request is durable, or nobody could take it.
    func finishPending() {
        guard let request = pending else { return }
        pending = nil
        answer(request)
        answerNext()
        guard isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    /// Answers what is there until an event must be waited for.
    private func answerNext() {
        while pending == nil, let context, context.channel.isActive {
            switch PixelRequest.take(from: &held) {
            case .request(let request):
                guard let event = links.event(request, from: network(of: request)) else {
                    answer(request)
                    continue
                }
                pending = request
                links.intake.record(event, for: PixelTurn(self, on: context.eventLoop))
                return
            case .incomplete where isInputClosed:
                return context.close(promise: nil)
            case .incomplete:
                return
            case .other:
                return leave(context)
            }
        }
    }

    /// The network that an event is stored with.
    private func network(of request: PixelRequest) -> String {
        guard !links.proxies.isEmpty, !request.forwardedFor.isEmpty else { return network }
        return links.proxies.client(peer: peer, forwarded: request.forwardedFor).network
    }

    private func answer(_ request: PixelRequest) {
        guard let context else { return }
        lastActivity = .now()
        connections.touch()
        let closes = request.closes || isQuiescing || connections.isQuiescing
        context.writeAndFlush(wrapOutboundOut(PixelAnswer.bytes(isHead: request.isHead, closes: closes)), promise: nil)
        if closes || (isInputClosed && held.readableBytes == 0) { context.close(promise: nil) }
    }

    /// Hands the connection over, with what was read, and goes.
    private func leave(_ context: ChannelHandlerContext) {
        handOver(context.channel)
        let bytes = held
        held = ByteBuffer()
        context.fireChannelRead(wrapInboundOut(bytes))
        context.fireChannelReadComplete()
        if isInputClosed { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        if isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        if isReadHeld { context.read() }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    /// Closes the connection when nothing was answered for as long as connections are kept.
    private func watch(_ context: ChannelHandlerContext) {
        let end = lastActivity + GatewayServer.keepAlive
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: end) { [weak self] in
            guard let self, let context = self.context else { return }
            if pending == nil, lastActivity + GatewayServer.keepAlive <= .now() { return context.close(promise: nil) }
            if pending != nil { lastActivity = .now() }
            watch(context)
        }
    }
}
