import CEpoll
import Glibc
import Synchronization

/// One thread with an epoll set, for descriptors that belong to C libraries (libpq, libcurl) and cannot be given to an event loop.
///
/// All bodies and handlers run on this thread, one after the other: they must be short and never block.
/// Every function may be called from any thread, the event thread included.
package final class EventThread: Sendable {
    /// The process's thread; it starts at first use and lives as long as the process.
    package static let shared = EventThread()

    struct Registration {
        var generation: UInt32
        var interest: Interest
        var handler: @Sendable (Interest) -> Void
    }

    struct State {
        var jobs: [@Sendable () -> Void] = []
        var registrations: [CInt: Registration] = [:]
        var timers = TimerQueue()
        var generation: UInt32 = 0
        var isWakePending = false
        /// When the thread will wake by itself; it need not be woken for a timer that is due later.
        var sleepsUntil: UInt64 = 0
        var thread: pthread_t?
    }

    let state = Mutex(State())
    let epoll: CInt
    let wake: CInt

    private init() {
        epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
        wake = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(epoll >= 0 && wake >= 0, "this process has no descriptors left at its start")
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = Self.wakeToken
        precondition(epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) == 0, "epoll refuses an eventfd")
        start()
    }

    /// Whether the caller runs on this thread.
    package var isCurrent: Bool {
        guard let thread = state.withLock({ $0.thread }) else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    /// Runs the body on this thread, soon; bodies run in the order in which they came.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        let mustWake = state.withLock { state in
            state.jobs.append(body)
            return state.mustWake(for: 0)
        }
        if mustWake { signal() }
    }

    /// Runs the body on this thread after at least `delay`.
    @discardableResult
    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> TimerID {
        let deadline = Self.now().addingReportingOverflow(Self.nanoseconds(delay))
        let due = deadline.overflow ? UInt64.max : deadline.partialValue
        let (id, mustWake) = state.withLock { state in
            (state.timers.insert(deadline: due, body), state.mustWake(for: due))
        }
        if mustWake { signal() }
        return id
    }

    /// The body will not run, unless it has begun already.
    ///
    /// Unknown and past ids are ignored.
    package func cancel(_ id: TimerID) {
        state.withLock { $0.timers.cancel(id) }
    }

    /// Nanoseconds of the monotonic clock.
    static func now() -> UInt64 {
        var value = timespec()
        clock_gettime(CLOCK_MONOTONIC, &value)
        return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let whole = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return whole.overflow ? UInt64.max / 2 : min(whole.partialValue + UInt64(attoseconds / 1_000_000_000), UInt64.max / 2)
    }
}

extension EventThread.State {
    /// Whether the thread sleeps past `deadline` and nobody has woken it yet.
    mutating func mustWake(for deadline: UInt64) -> Bool {
        guard !isWakePending, deadline < sleepsUntil else { return false }
        isWakePending = true
        return true
    }
}
