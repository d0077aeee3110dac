import CEpoll
import Glibc
import Synchronization

extension EventThread {
    func start() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                let owner = Unmanaged<EventThread>.fromOpaque(context).takeUnretainedValue()
                pthread_setname_np(pthread_self(), "readiness")
                owner.loop()
            },
            context
        )
        precondition(code == 0, "this process may not start a thread")
    }

    func signal() {
        var one: UInt64 = 1
        // The counter cannot overflow: at most one signal is pending.
        _ = write(wake, &one, MemoryLayout<UInt64>.size)
    }

    private func loop() -> Never {
        state.withLock { $0.thread = pthread_self() }
        let capacity = 256
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)
        while true {
            let count = epoll_wait(epoll, events, CInt(capacity), timeout())
            for index in 0..<max(0, Int(count)) { dispatch(events[index]) }
            runTimers()
            runJobs()
        }
    }

    /// Milliseconds to sleep, rounded up so that a timer is never early; -1 is for ever.
    private func timeout() -> CInt {
        state.withLock { state in
            let now = Self.now()
            let deadline = state.jobs.isEmpty ? state.timers.nextDeadline ?? UInt64.max : now
            state.sleepsUntil = deadline > now ? deadline : 0
            guard deadline > now else { return 0 }
            guard deadline < UInt64.max else { return -1 }
            return CInt(min((deadline - now + 999_999) / 1_000_000, 3_600_000))
        }
    }

    private func dispatch(_ event: epoll_event) {
        let token = event.data.u64
        if token == Self.wakeToken {
            var count: UInt64 = 0
            _ = read(wake, &count, MemoryLayout<UInt64>.size)
            return
        }
        let descriptor = CInt(bitPattern: UInt32(truncatingIfNeeded: token))
        let registration = state.withLock { $0.registrations[descriptor] }
        guard let registration, registration.generation == UInt32(token >> 32) else { return }
        let ready = Interest(epollEvents: event.events).intersection(registration.interest)
        if !ready.isEmpty { registration.handler(ready) }
    }

    private func runTimers() {
        let now = Self.now()
        while let body = state.withLock({ $0.timers.popDue(at: now) }) { body() }
    }

    private func runJobs() {
        let jobs = state.withLock { state in
            state.isWakePending = false
            state.sleepsUntil = 0
            var jobs: [@Sendable () -> Void] = []
            swap(&jobs, &state.jobs)
            return jobs
        }
        for job in jobs { job() }
    }
}
