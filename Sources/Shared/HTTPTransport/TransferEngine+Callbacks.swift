import CLibCurl
import Readiness

extension TransferEngine {
    /// Both callbacks are called by libcurl within our calls of it, on the readiness thread, and must not call it back.
    func installCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        curl_multi_set_socket_callback(multi) { _, socket, what, context, _ in
            guard let context else { return 0 }
            Unmanaged<TransferEngine>.fromOpaque(context).takeUnretainedValue().watch(socket, what)
            return 0
        }
        curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        curl_multi_set_timer_callback(multi) { _, milliseconds, context in
            guard let context else { return 0 }
            Unmanaged<TransferEngine>.fromOpaque(context).takeUnretainedValue().timeoutChanged(milliseconds)
            return 0
        }
    }

    private func watch(_ socket: CInt, _ what: CInt) {
        guard what != CURL_POLL_REMOVE else { return thread.unregister(descriptor: socket) }
        var interest: Interest = []
        if what & CURL_POLL_IN != 0 { interest.insert(.read) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.write) }
        // A socket that cannot be watched leaves its transfer to the timeout, which reports by the same rules.
        try? thread.register(descriptor: socket, interest: interest) { [self] ready in
            var events: CInt = 0
            if ready.contains(.read) { events |= CURL_CSELECT_IN }
            if ready.contains(.write) { events |= CURL_CSELECT_OUT }
            advance(socket: socket, events: events)
        }
    }

    private func timeoutChanged(_ milliseconds: Int) {
        isTimeoutDue = milliseconds == 0
        if milliseconds != 0 { arm(milliseconds: milliseconds) }
    }

    /// Sets the timer; a negative number clears it.
    func arm(milliseconds: Int) {
        arm(milliseconds < 0 ? nil : .now + .milliseconds(milliseconds))
    }

    private func arm(_ deadline: ContinuousClock.Instant?) {
        guard case .schedule(let deadline, let replaced) = timer.want(deadline) else { return }
        if let replaced { thread.cancel(replaced) }
        let id = thread.schedule(after: max(.zero, deadline - .now)) { [weak self] in self?.timerFired() }
        timer.didSchedule(id, at: deadline)
    }

    private func timerFired() {
        let (isDue, next) = timer.fire(now: .now)
        if isDue { return advance(socket: LibCurl.timeoutSocket, events: 0) }
        if let next { arm(next) }
    }
}
