import CLibCurl
import Readiness

/// Runs transfers on one libcurl multi handle, driven by the readiness thread.
///
/// The corresponding C type is `CURLM`.
///
/// libcurl says which sockets and which timeout it waits for; this passes that on, and tells libcurl what happened.
final class TransferEngine: @unchecked Sendable {
    // Sendable: after `init` everything is touched on the readiness thread only.
    let thread = EventThread.shared
    let multi: UnsafeMutableRawPointer
    private let limit: Int
    private let waitingLimit: Int
    private var active: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
    private var waiting = TransferQueue()
    private var idleHandles: [UnsafeMutableRawPointer] = []
    /// Set by libcurl when it wants to be called without waiting.
    var isTimeoutDue = false
    var timer = EngineTimer()
    private var isClosed = false

    init(limit: Int, waitingLimit: Int) {
        precondition(LibCurl.isReady, "libcurl cannot start")
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl has no memory") }
        self.multi = multi
        self.limit = limit
        self.waitingLimit = waitingLimit
        curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limit)
        curl_multi_set_long(multi, CURLMOPT_PIPELINING, 0)
        installCallbacks()
    }

    /// Starts the transfer, or puts it in line; `completion` is called exactly once, on the readiness thread.
    func submit(_ transfer: HTTPTransfer, completion: @escaping @Sendable (HTTPExchange) -> Void) {
        thread.execute { [self] in
            transfer.completion = completion
            if transfer.isCancelled {
                transfer.finish(.notStarted(.cancelled))
            } else if active.count < limit {
                start(transfer)
                advance()
            } else if waiting.count < waitingLimit {
                waiting.append(transfer)
            } else {
                transfer.finish(.notStarted(.busy))
            }
        }
    }

    /// Ends the transfer if it has not ended yet.
    func cancel(_ transfer: HTTPTransfer) {
        thread.execute { [self] in
            transfer.isCancelled = true
            if let handle = transfer.handle {
                let exchange = transfer.exchangeAfterCancelling()
                retire(handle, transfer)
                transfer.finish(exchange)
                advance()
            } else if waiting.remove(transfer) {
                transfer.finish(.notStarted(.cancelled))
            }
        }
    }

    /// Closes all connections.
    ///
    /// No transfer is under way any more: each keeps its transport alive.
    func close() {
        thread.execute { [self] in
            isClosed = true
            if let id = timer.cancel() { thread.cancel(id) }
            for handle in idleHandles { curl_easy_cleanup(handle) }
            curl_multi_cleanup(multi)
        }
    }
}

extension TransferEngine {
    /// Tells libcurl that a socket is ready, then does what follows from it.
    func advance(socket: CInt, events: CInt) {
        guard !isClosed else { return }
        var running: CInt = 0
        curl_multi_socket_action(multi, socket, events, &running)
        advance()
    }

    /// Collects what has ended, starts what waits, and calls libcurl again for as long as it wants that, within reason.
    func advance() {
        guard !isClosed else { return }
        var rounds = 0
        collect()
        while isTimeoutDue, rounds < 16 {
            isTimeoutDue = false
            var running: CInt = 0
            curl_multi_socket_action(multi, LibCurl.timeoutSocket, 0, &running)
            collect()
            rounds += 1
        }
        // The thread has others to serve too.
        if isTimeoutDue { arm(milliseconds: 0) }
    }

    private func collect() {
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle, let transfer = active[handle] else {
                continue
            }
            let exchange = transfer.exchange(curl_message_result(message))
            retire(handle, transfer)
            transfer.finish(exchange)
        }
        while active.count < limit, let next = waiting.popFirst() { start(next) }
    }

    private func start(_ transfer: HTTPTransfer) {
        guard let handle = idleHandles.popLast() ?? curl_easy_init() else {
            return transfer.finish(.notStarted(.busy))
        }
        if let code = transfer.prepare(handle) {
            idleHandles.append(handle)
            return transfer.finish(.notPrepared(code))
        }
        active[handle] = transfer
        curl_multi_add_handle(multi, handle)
    }

    private func retire(_ handle: UnsafeMutableRawPointer, _ transfer: HTTPTransfer) {
        curl_multi_remove_handle(multi, handle)
        active[handle] = nil
        transfer.handle = nil
        // A handle keeps no connection (those belong to the multi handle) but points into the transfer until it is reset.
        curl_easy_reset(handle)
        idleHandles.append(handle)
    }
}
