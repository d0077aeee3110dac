import Logging
import NIOCore
import NIOPosix
import Synchronization

/// One connection of a client and the calls on it.
///
/// Phases, each only towards the next: connecting → open → leaving (the server drains: nothing new is sent, answers are awaited) → closed.
/// Every call ends exactly once: by its answer, its deadline, its task's cancellation, or the end of the connection.
final class RPCClientConnection: Sendable {
    enum Phase: Int { case connecting, open, leaving, closed }

    struct Pending {
        /// Resumed by whoever takes the call out of ``State/pending``, and so exactly once.
        var continuation: UnsafeContinuation<RPCReply, Never>
        var deadline: NIODeadline
        /// Its number among the calls that were put into ``State/outgoing``; nil while it is held.
        var order: UInt64?
        /// Bytes that wait for room in flight; empty once they were handed over.
        var held: [UInt8] = []
    }

    /// What a new call gets: its id, and memory to write its line into.
    struct Place {
        var id: UInt64
        var memory: [UInt8]
        /// Calls in flight.
        var load: Int
    }

    struct State {
        var phase = Phase.connecting
        var nextIdentifier: UInt64 = 1
        var pending: [UInt64: Pending] = [:]
        /// Calls whose bytes are held, oldest first; may name calls that ended meanwhile.
        var held: [UInt64] = []
        var heldCount = 0
        var outgoing = ByteBuffer()
        /// Calls that were ever put into ``outgoing``, and those of them whose bytes were handed over: the others are not begun.
        var ordered: UInt64 = 0
        var handedOver: UInt64 = 0
        /// Memory of lines that were copied.
        var spare: [[UInt8]] = []
        var isFlushScheduled = false
        var channel: (any Channel)?
        var lastCall = NIODeadline.now()
    }

    private static let maximumSpares = 64
    private static let largestSpare = 4_096

    let limits: RPCLimits
    let idleTimeout: TimeAmount
    private let logger: Logger
    let eventLoop: any EventLoop
    let state = Mutex(State())

    init(limits: RPCLimits, idleTimeout: Duration, logger: Logger) {
        self.limits = limits
        self.idleTimeout = .nanoseconds(idleTimeout.nanoseconds)
        self.logger = logger
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
    }

    var isAccepting: Bool { state.withLock { $0.phase == .connecting || $0.phase == .open } }

    /// Nil when the connection takes no calls any more.
    func place() -> Place? {
        state.withLock { state in
            guard state.phase == .connecting || state.phase == .open else { return nil }
            defer { state.nextIdentifier &+= 1 }
            return Place(id: state.nextIdentifier, memory: state.spare.popLast() ?? [], load: state.pending.count)
        }
    }

    /// Sends a line and waits for its answer.
    func send(_ line: [UInt8], id: UInt64, now: NIODeadline, deadline: NIODeadline) async -> RPCReply {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                enqueue(line, id: id, now: now, Pending(continuation: continuation, deadline: deadline))
                // Cancelled before it was enqueued, the handler below found nothing.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func enqueue(_ line: [UInt8], id: UInt64, now: NIODeadline, _ call: Pending) {
        let (isAccepted, mustFlush) = state.withLock { state in
            guard state.phase == .connecting || state.phase == .open else { return (false, false) }
            state.lastCall = now
            var pending = call
            if state.pending.count - state.heldCount < limits.maximumCallsInFlight {
                pending.order = state.put(line)
                if state.spare.count < Self.maximumSpares, line.count <= Self.largestSpare { state.spare.append(line) }
            } else {
                pending.held = line
                state.held.append(id)
                state.heldCount += 1
            }
            state.pending[id] = pending
            return (true, state.needsFlush())
        }
        if !isAccepted { call.continuation.resume(returning: .lost(reason: "the connection is closing", begun: false)) }
        if mustFlush { scheduleFlush() }
    }

    /// Ends a call for its caller and tells the server.
    private func cancel(_ id: UInt64) {
        let (continuation, mustFlush) = state.withLock { state -> (UnsafeContinuation<RPCReply, Never>?, Bool) in
            guard let pending = state.end(id) else { return (nil, false) }
            guard pending.held.isEmpty else { return (pending.continuation, false) }
            state.outgoing.writeBytes(RPCRequestLine.cancel(id: id))
            return (pending.continuation, state.needsFlush())
        }
        if mustFlush { scheduleFlush() }
        continuation?.resume(returning: .cancelled)
    }

    func scheduleFlush() { eventLoop.execute { self.flush() } }

    /// Hands over what waits; on the event loop.
    func flush() {
        let (bytes, channel) = state.withLock { state -> (ByteBuffer, (any Channel)?) in
            state.isFlushScheduled = false
            guard let channel = state.channel, state.outgoing.readableBytes > 0 else { return (ByteBuffer(), nil) }
            defer {
                state.outgoing = channel.allocator.buffer(capacity: min(state.outgoing.readableBytes, 1 << 16))
                state.handedOver = state.ordered
            }
            return (state.outgoing, channel)
        }
        channel?.writeAndFlush(bytes, promise: nil)
    }

    /// Ends every call; those whose bytes were not handed over were certainly not begun.
    func fail(_ reason: String) {
        let ended = state.withLock { state -> [(UnsafeContinuation<RPCReply, Never>, Bool)] in
            state.phase = .closed
            defer {
                state.pending = [:]
                state.held = []
                state.heldCount = 0
                state.outgoing = ByteBuffer()
                state.channel = nil
            }
            return state.pending.values.map { ($0.continuation, $0.order.map { $0 < state.handedOver } ?? false) }
        }
        if !ended.isEmpty {
            logger.debug("connection ended with calls in flight", metadata: ["calls": "\(ended.count)", "reason": "\(reason)"])
        }
        for (continuation, begun) in ended { continuation.resume(returning: .lost(reason: reason, begun: begun)) }
    }

    func close() async {
        let channel = state.withLock { $0.channel }
        fail("the client was closed")
        try? await channel?.close()
    }
}

extension RPCClientConnection.State {
    /// True once until the flush has happened; false while there is no channel yet.
    mutating func needsFlush() -> Bool {
        guard !isFlushScheduled, channel != nil else { return false }
        isFlushScheduled = true
        return true
    }

    /// Puts a line among those that leave next and returns its number.
    mutating func put(_ line: [UInt8]) -> UInt64 {
        outgoing.writeBytes(line)
        defer { ordered += 1 }
        return ordered
    }

    /// Removes a call and gives its place in flight to the oldest that is held.
    mutating func end(_ id: UInt64) -> RPCClientConnection.Pending? {
        guard let ended = pending.removeValue(forKey: id) else { return nil }
        if !ended.held.isEmpty {
            heldCount -= 1
            return ended
        }
        while heldCount > 0, !held.isEmpty {
            let next = held.removeFirst()
            guard let bytes = pending[next]?.held, !bytes.isEmpty else { continue }
            let order = put(bytes)
            pending[next]?.order = order
            pending[next]?.held = []
            heldCount -= 1
            break
        }
        return ended
    }
}
