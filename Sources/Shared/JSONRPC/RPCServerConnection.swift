import JSON
import Logging
import NIOCore

/// One accepted connection: lines in, answers out, many calls in flight.
///
/// Lives on its event loop.
///
/// States, each only towards the next: open → draining (told by the server) or input closed (told by the peer) → lingering (nothing more is
/// answered, input is thrown away until the peer has closed) → closed.
final class RPCServerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: RPCServer.Shared
    let peer: RPCPeer
    private let refusal: RPCErrorCode?
    private var splitter: LineSplitter
    /// Calls whose handlers wait for something.
    var calls: [Int: RPCServerCall] = [:]
    var nextSerial = 0
    /// Calls that are about to be begun, and how many of them are.
    var ready = RPCReadyCalls()
    /// Bytes that leave with the next flush.
    var outgoing = ByteBuffer()
    var outbox: RPCServerOutbox?
    private(set) var context: ChannelHandlerContext?
    private var eventLoop: (any EventLoop)?
    private var isInputClosed = false
    private(set) var isDraining = false
    private var isLingering = false
    private var isReadHeld = false
    var isTicking = false
    /// Called once, when the connection is closed and its last handler has ended.
    var whenEnded: (@Sendable () -> Void)?

    init(shared: RPCServer.Shared, peer: RPCPeer, refusal: RPCErrorCode?) {
        self.shared = shared
        self.peer = peer
        self.refusal = refusal
        splitter = LineSplitter(maximumBytes: shared.dispatcher.limits.maximumLineBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        eventLoop = context.eventLoop
        outbox = RPCServerOutbox(self, eventLoop: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        endIfDone()
    }

    func channelActive(context: ChannelHandlerContext) {
        if let refusal {
            answer(RPCAnswer.error(refusal, id: RPCRequestParser.null))
            linger()
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        // A read whose caller is gone is of no use; a write that has begun is finished.
        for call in calls.values where call.isRead { call.task?.cancel() }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        guard !isLingering, let chunk = buffer.readBytes(length: buffer.readableBytes) else { return }
        splitter.feed(chunk)
        while let piece = splitter.next() {
            switch piece {
            case .line(let line): take(line)
            case .tooLong:
                answer(RPCAnswer.error(.lineTooLong, id: RPCRequestParser.null))
                stopReading()
            }
        }
        beginReady()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
        context.fireChannelReadComplete()
    }

    /// Holds reading back while the peer does not take its answers.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable || isLingering { context.read() } else { isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isReadHeld {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            if !isInputClosed, splitter.hasPartial {
                answer(RPCAnswer.error(.parseError, id: RPCRequestParser.null, ["reason": "the last line has no end"]))
            }
            stopReading()
            flush()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shared.logger.debug("connection lost", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}

extension RPCServerConnection {
    /// Told by the server, once.
    func drain() {
        guard !isDraining, let eventLoop else { return }
        isDraining = true
        if refusal == nil, context?.channel.isActive == true { answer(RPCAnswer.draining) }
        flush()
        let limit = shared.dispatcher.limits.defaultDeadline.wholeMilliseconds
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(limit))) { self.cutOff() }
    }

    /// Whoever waits for the connection waits for its writes too, because they are finished even when nobody hears of it.
    func endIfDone() {
        guard context == nil, calls.isEmpty else { return }
        outbox = nil
        whenEnded?()
        whenEnded = nil
    }

    /// Sends what is ready as one write, and ends the connection when nothing more is to come.
    func flush() {
        guard let context else { return }
        send(context)
        guard calls.isEmpty, !isLingering else { return }
        if isInputClosed {
            linger()
        } else if isDraining {
            // The client closes when it has heard of the draining and has its answers; requests on their way are still refused in form.
            context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { if self.calls.isEmpty { self.linger() } }
        }
    }

    /// Sends what is ready.
    func send(_ context: ChannelHandlerContext) {
        guard outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        // Its memory serves again, unless it is large or is still being written.
        if outgoing.capacity <= 1 << 18 { outgoing.clear() } else { outgoing = ByteBuffer() }
    }

    private func stopReading() { isInputClosed = true }

    /// Closes our side and gives the peer a second to read what was sent and close its own.
    private func linger() {
        guard let context, !isLingering else { return }
        isLingering = true
        send(context)
        context.flush()
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { self.context?.close(promise: nil) }
    }

    private func cutOff() {
        for call in calls.values { call.task?.cancel() }
        context?.close(promise: nil)
        whenEnded?()
        whenEnded = nil
    }
}
