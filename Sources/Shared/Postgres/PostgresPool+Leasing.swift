import Logging
import Readiness
import Synchronization

extension PostgresPool {
    /// A connection, alive as far as one can know; waits for one within the bounds of the configuration.
    func acquire() async throws -> PostgresSession {
        try Task.checkCancellation()
        while let session = state.withLock({ $0.idle.popLast() }) {
            if session.isAlive { return session }
            discard(session)
        }
        let number = state.withLock { $0.waiters.reserve() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait($0, number) }
        } onCancel: {
            state.withLock { $0.waiters.remove(number) }?.continuation.resume(throwing: CancellationError())
        }
    }

    private func wait(_ continuation: CheckedContinuation<PostgresSession, any Error>, _ number: UInt64) {
        var mustSweep = false
        let refusal = state.withLock { state -> (any Error)? in
            if state.isClosed { return PostgresError.lost("the pool is closed") }
            // The handler above may have run already and found nobody.
            if Task.isCancelled { return CancellationError() }
            guard state.waiters.count < configuration.maximumQueueLength else {
                return PostgresError.lost("too many tasks wait for a connection")
            }
            state.waiters.insert(PoolQueue.Waiter(continuation: continuation, since: .now), number)
            mustSweep = state.sweepTimer == nil || state.failures > 0
            return nil
        }
        if let refusal { return continuation.resume(throwing: refusal) }
        serve()
        grow()
        if mustSweep { sweep() }
    }

    /// Takes a connection back.
    func release(_ session: PostgresSession) {
        guard session.isClean else {
            discard(session)
            return grow()
        }
        give(session)
    }

    /// To the first in the queue, or to the idle ones.
    func give(_ session: PostgresSession) {
        let (waiter, isClosed) = state.withLock { state -> (PoolQueue.Waiter?, Bool) in
            if let waiter = state.waiters.popFirst() { return (waiter, false) }
            if !state.isClosed {
                session.state.withLock { $0.idleSince = .now }
                state.idle.append(session)
            }
            return (nil, state.isClosed)
        }
        if isClosed { return discard(session) }
        if let waiter { waiter.continuation.resume(returning: session) } else { scheduleIdleSweep() }
    }

    /// Hands idle connections to tasks that came to wait while they were being given back.
    private func serve() {
        while let session = state.withLock({ $0.waiters.count > 0 ? $0.idle.popLast() : nil }) {
            if session.isClean { give(session) } else { discard(session) }
        }
    }

    /// Closes a connection that is in nobody's hands.
    func discard(_ session: PostgresSession) {
        session.state.withLock { $0.onClosed = nil }
        session.close()
        forget()
    }

    /// One connection less.
    func forget() {
        let drained = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.total -= 1
            guard state.total == 0, state.isClosed else { return [] }
            defer { state.onDrained = [] }
            return state.onDrained
        }
        for continuation in drained { continuation.resume() }
    }

    /// An idle connection broke: the server went away.
    func sessionClosed(_ session: PostgresSession) {
        let wasIdle = state.withLock { state -> Bool in
            guard let index = state.idle.firstIndex(where: { $0 === session }) else { return false }
            state.idle.remove(at: index)
            return true
        }
        // A leased one is counted when its user gives it back.
        if wasIdle { forget() }
    }

    private func scheduleIdleSweep() {
        state.withLock { state in
            guard state.idleTimer == nil else { return }
            state.idleTimer = EventThread.shared.schedule(after: configuration.idleTimeout) { [weak self] in self?.closeIdle() }
        }
    }

    private func closeIdle() {
        let old = state.withLock { state -> [PostgresSession] in
            state.idleTimer = nil
            let limit = ContinuousClock.now - configuration.idleTimeout
            let old = state.idle.filter { session in session.state.withLock { $0.idleSince <= limit } }
            state.idle.removeAll { session in old.contains { $0 === session } }
            return old
        }
        for session in old { discard(session) }
        if state.withLock({ !$0.idle.isEmpty }) { scheduleIdleSweep() }
    }

    func closeOwn() async {
        let (idle, connecting, waiters) = state.withLock { state -> ([PostgresSession], [PostgresSession], [PoolQueue.Waiter]) in
            state.isClosed = true
            defer { state.idle = [] }
            var waiters: [PoolQueue.Waiter] = []
            while let waiter = state.waiters.popFirst() { waiters.append(waiter) }
            return (state.idle, Array(state.connecting.values), waiters)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError.lost("the pool is closed")) }
        for session in idle { discard(session) }
        for session in connecting { session.close() }
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.total > 0 { state.onDrained.append(continuation) }
                return state.total == 0
            }
            if isDrained { continuation.resume() }
        }
    }
}
