import Logging
import Readiness
import Synchronization

extension PostgresPool {
    /// Opens another connection when tasks wait that none of those under way will serve.
    func grow() {
        while true {
            let mayGrow = state.withLock { state -> Bool in
                guard !state.isClosed, !state.isBackingOff, state.waiters.count > state.opening,
                    state.total < max(1, configuration.maximumConnections)
                else { return false }
                state.total += 1
                state.opening += 1
                return true
            }
            guard mayGrow else { return }
            open()
        }
    }

    private func open() {
        let session = PostgresSession.connect(configuration, logger: logger) { [weak self] session in
            self?.sessionClosed(session)
        } onConnected: { [weak self] result in
            guard let self else {
                if case .success(let session) = result { session.close() }
                return
            }
            opened(result)
        }
        state.withLock { state in
            // It may have failed or connected already.
            let isUnderWay = session.state.withLock { $0.phase == .connecting }
            if isUnderWay { state.connecting[ObjectIdentifier(session)] = session }
        }
    }

    private func opened(_ result: Result<PostgresSession, PostgresError>) {
        switch result {
        case .success(let session):
            state.withLock { state in
                state.opening -= 1
                state.connecting[ObjectIdentifier(session)] = nil
                state.failures = 0
                state.lastFailure = nil
            }
            give(session)
            grow()
        case .failure(let error):
            connectingFailed(error)
        }
    }

    private func connectingFailed(_ error: PostgresError) {
        let delay = state.withLock { state -> Duration? in
            state.opening -= 1
            state.connecting = state.connecting.filter { _, session in session.state.withLock { $0.phase == .connecting } }
            state.failures += 1
            state.lastFailure = error
            guard !state.isBackingOff, !state.isClosed else { return nil }
            state.isBackingOff = true
            // 50 ms, 100, 200… to 1 s, with a tenth of chance so that services do not come back in step.
            let base = 50 << min(state.failures - 1, 5)
            return .milliseconds(min(base, 1_000) * Int.random(in: 90...100) / 100)
        }
        forget()
        if let delay {
            logger.debug("Postgres is not reachable", metadata: ["error": "\(error)"])
            EventThread.shared.schedule(after: delay) { [weak self] in
                guard let self else { return }
                state.withLock { $0.isBackingOff = false }
                grow()
            }
        }
        sweep()
    }

    /// Tasks that have waited too long fail; the next one's time is set.
    func sweep() {
        let (late, error) = state.withLock { state -> ([PoolQueue.Waiter], PostgresError) in
            let isAway = state.failures > 0 && state.total == state.opening
            let limit = isAway ? configuration.outageTimeout : configuration.queueTimeout
            var late: [PoolQueue.Waiter] = []
            while let first = state.waiters.first, first.since.duration(to: .now) >= limit {
                if let waiter = state.waiters.popFirst() { late.append(waiter) }
            }
            if let timer = state.sweepTimer { EventThread.shared.cancel(timer) }
            state.sweepTimer = state.waiters.first.map { first in
                EventThread.shared.schedule(after: limit - first.since.duration(to: .now)) { [weak self] in self?.sweep() }
            }
            let error = isAway ? state.lastFailure : nil
            return (late, error ?? .lost("no connection became free in time"))
        }
        var failure = error
        failure.isUnavailable = true
        for waiter in late { waiter.continuation.resume(throwing: failure) }
    }
}
