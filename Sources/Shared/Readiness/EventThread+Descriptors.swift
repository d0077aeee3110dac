import CEpoll
import Glibc
import Synchronization

extension EventThread {
    /// Watches a descriptor, level-triggered, until ``unregister(descriptor:)``: the handler is called on this thread each time it is ready.
    ///
    /// A registration that stands for the same number is replaced: its descriptor was closed and the number given out again. Events that were
    /// waiting for it are dropped. Unregister before closing: a file that another process holds too is reported on for as long as that lasts.
    package func register(descriptor: CInt, interest: Interest, handler: @escaping @Sendable (Interest) -> Void) throws(ReadinessError) {
        let failure = state.withLock { state -> CInt? in
            state.generation &+= 1
            if let failure = control(descriptor, armed: nil, generation: state.generation, interest) { return failure }
            state.registrations[descriptor] = Registration(generation: state.generation, interest: interest, handler: handler)
            return nil
        }
        if let failure { throw ReadinessError(code: failure) }
    }

    /// Changes what a registered descriptor is watched for; nothing at all is allowed (then errors are not reported either).
    package func modify(descriptor: CInt, interest: Interest) throws(ReadinessError) {
        let failure = state.withLock { state -> CInt? in
            guard let registration = state.registrations[descriptor] else { return ENOENT }
            guard registration.interest != interest else { return nil }
            if let failure = control(descriptor, armed: registration.interest, generation: registration.generation, interest) {
                return failure
            }
            state.registrations[descriptor]?.interest = interest
            return nil
        }
        if let failure { throw ReadinessError(code: failure) }
    }

    /// Stops watching.
    ///
    /// On this thread the handler is not called again; from another thread one call may be under way. Unknown ones are ignored.
    package func unregister(descriptor: CInt) {
        let removed = state.withLock { state in
            let removed = state.registrations.removeValue(forKey: descriptor)
            if let removed, !removed.interest.isEmpty { epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil) }
            return removed
        }
        // The handler, and what it holds, is released outside the lock.
        withExtendedLifetime(removed) {}
    }

    /// Brings the kernel's set to `interest`; `armed` is what it watches for now, nil when that is not known.
    ///
    /// Returns `errno` on failure.
    private func control(_ descriptor: CInt, armed: Interest?, generation: UInt32, _ interest: Interest) -> CInt? {
        if interest.isEmpty {
            epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
            return nil
        }
        var event = epoll_event()
        event.events = interest.epollEvents
        event.data.u64 = Self.token(descriptor, generation)
        let first = armed.map(\.isEmpty) ?? true ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        if epoll_ctl(epoll, first, descriptor, &event) == 0 { return nil }
        let code = errno
        switch (first, code) {
        case (EPOLL_CTL_ADD, EEXIST): return epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 ? nil : errno
        case (EPOLL_CTL_MOD, ENOENT): return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 ? nil : errno
        default: return code
        }
    }

    static func token(_ descriptor: CInt, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    /// No descriptor is -1.
    static let wakeToken = UInt64.max
}
