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
        var continuation: CheckedContinuation<RPCReply, Never>
        var deadline: NIODeadline
        /// Bytes that wait for room in flight; empty once they were handed over.
        var held: [UInt8]
    }

    struct State {
        var phase = Phase.connecting
        var nextIdentifier: UInt64 = 1
        var pending: [UInt64: Pending] = [:]
        /// Calls whose bytes are held, oldest first; may name calls that ended meanwhile.
        var held: [UInt64] = []
        var heldCount = 0
        var outgoing: [UInt8] = []
        /// Calls in ``outgoing``, which are not begun as long as they stand there.
        var unsent: Set<UInt64> = []
        var isFlushScheduled = false
        var channel: (any Channel)?
        var lastCall = NIODeadline.now()
    }

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
    var load: Int { state.withLock { $0.pending.count } }

    func nextIdentifier() -> UInt64 {
        state.withLock { state in
            defer { state.nextIdentifier &+= 1 }
            return state.nextIdentifier
        }
    }

    /// Sends a line and waits for its answer.
    func send(_ line: [UInt8], id: UInt64, deadline: NIODeadline) async -> RPCReply {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue(line, id: id, deadline: deadline, continuation)
                // Cancelled before it was enqueued, the handler below found nothing.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func enqueue(_ line: [UInt8], id: UInt64, deadline: NIODeadline, _ continuation: CheckedContinuation<RPCReply, Never>) {
        let (isAccepted, mustFlush) = state.withLock { state in
            guard state.phase == .connecting || state.phase == .open else { return (false, false) }
            state.lastCall = .now()
            var pending = Pending(continuation: continuation, deadline: deadline, held: [])
            if state.pending.count - state.heldCount < limits.maximumCallsInFlight {
                state.outgoing.append(contentsOf: line)
                state.unsent.insert(id)
            } else {
                pending.held = line
                state.held.append(id)
                state.heldCount += 1
            }
            state.pending[id] = pending
            return (true, state.needsFlush())
        }
        if !isAccepted { continuation.resume(returning: .lost(reason: "the connection is closing", begun: false)) }
        if mustFlush { scheduleFlush() }
    }

    /// Ends a call for its caller and tells the server.
    private func cancel(_ id: UInt64) {
        let (continuation, mustFlush) = state.withLock { state -> (CheckedContinuation<RPCReply, Never>?, Bool) in
            guard let pending = state.end(id) else { return (nil, false) }
            guard pending.held.isEmpty else { return (pending.continuation, false) }
            state.outgoing.append(contentsOf: RPCRequestLine.cancel(id: id))
            return (pending.continuation, state.needsFlush())
        }
        if mustFlush { scheduleFlush() }
        continuation?.resume(returning: .cancelled)
    }

    func scheduleFlush() { eventLoop.execute { self.flush() } }

    /// Hands over what waits; on the event loop.
    func flush() {
        let (bytes, channel) = state.withLock { state -> ([UInt8], (any Channel)?) in
            state.isFlushScheduled = false
            guard let channel = state.channel else { return ([], nil) }
            defer {
                state.outgoing = []
                state.unsent.removeAll(keepingCapacity: true)
            }
            return (state.outgoing, channel)
        }
        guard let channel, !bytes.isEmpty else { return }
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }

    /// Ends every call; those whose bytes were not handed over were certainly not begun.
    func fail(_ reason: String) {
        let ended = state.withLock { state -> [(CheckedContinuation<RPCReply, Never>, Bool)] in
            state.phase = .closed
            defer {
                state.pending = [:]
                state.held = []
                state.heldCount = 0
                state.outgoing = []
                state.unsent = []
                state.channel = nil
            }
            return state.pending.map { id, pending in (pending.continuation, pending.held.isEmpty && !state.unsent.contains(id)) }
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
            outgoing.append(contentsOf: bytes)
            unsent.insert(next)
            pending[next]?.held = []
            heldCount -= 1
            break
        }
        return ended
    }
}
