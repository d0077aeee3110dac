import CLibPQ
import Dispatch
import Glibc
import Logging
import Readiness
import Synchronization

extension PostgresSession {
    /// Ends the session; an operation that runs fails.
    ///
    /// Repeating it does nothing.
    func close() {
        let after = state.withLock { close(&$0) }
        after.run()
    }

    func close(_ state: inout State, reason: PostgresError = .lost("the connection was closed")) -> AfterUnlock {
        guard state.phase != .closed else { return AfterUnlock() }
        state.phase = .closed
        if state.descriptor >= 0 { EventThread.shared.unregister(descriptor: state.descriptor) }
        if let timer = state.connectTimer { EventThread.shared.cancel(timer) }
        if let handle = state.handle { PQfinish(handle) }
        state.handle = nil
        state.descriptor = -1
        state.cancelHandle = nil
        var after = AfterUnlock()
        if let operation = state.operation {
            state.operation = nil
            let error: any Error = operation.isCancelRequested ? CancellationError() : reason
            after.append { operation.completion(.failure(error)) }
        }
        if let onConnected = state.onConnected {
            after.append { onConnected(.failure(reason)) }
        } else if let onClosed = state.onClosed {
            after.append { [self] in onClosed(self) }
        }
        state.onConnected = nil
        state.onClosed = nil
        state.onNotification = nil
        return after
    }

    /// Whether the next user can have it: idle, in no transaction, and certain of its state.
    var isClean: Bool { state.withLock { isClean(&$0) } }

    /// As ``isClean``, and the server has not hung up meanwhile.
    var isAlive: Bool {
        state.withLock { state in
            guard isClean(&state), let handle = state.handle else { return false }
            // An idle server says nothing but its farewell (within TLS also other things, which libpq takes care of).
            var byte: UInt8 = 0
            let count = recv(state.descriptor, &byte, 1, CInt(MSG_PEEK | MSG_DONTWAIT))
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            return count > 0 && PQsslInUse(handle) == 1
        }
    }

    private func isClean(_ state: inout State) -> Bool {
        guard state.phase == .ready, state.operation == nil, !state.mustClose, !state.isCopying, let handle = state.handle else {
            return false
        }
        return PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// The task of this operation was cancelled: the server is asked to stop, and soon the connection is closed if it does not.
    func cancel(_ ticket: UInt64) {
        let handle = state.withLock { state -> SessionCancelHandle? in
            guard state.operation?.ticket == ticket else {
                state.cancelledTicket = max(state.cancelledTicket, ticket)
                return nil
            }
            state.operation?.isCancelRequested = true
            return state.cancelHandle
        }
        guard let handle else { return }
        handle.send()
        EventThread.shared.schedule(after: .seconds(2)) { [weak self] in
            guard let self else { return }
            let after = state.withLock { state in state.operation?.ticket == ticket ? self.close(&state) : AfterUnlock() }
            after.run()
        }
    }
}

/// Asks the server, over a connection of its own, to cancel what a session runs.
///
/// Unchecked because of the pointer: libpq only reads a `PGcancel`, from any thread, until it is freed here.
final class SessionCancelHandle: @unchecked Sendable {
    /// `PQcancel` blocks: one thread for all, off the cooperative pool.
    ///
    /// Callers do not wait for it.
    private static let queue = DispatchQueue(label: "postgres.cancel")

    private let pointer: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let pointer = PQgetCancel(connection) else { return nil }
        self.pointer = pointer
    }

    deinit { PQfreeCancel(pointer) }

    func send() {
        Self.queue.async { [self] in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
                _ = PQcancel(pointer, buffer.baseAddress, 256)
            }
        }
    }
}

/// Takes the server's notices to the log.
final class SessionNotices: Sendable {
    let logger: Logger
    init(logger: Logger) { self.logger = logger }

    /// The session keeps this object alive until the connection is finished.
    func attach(to connection: OpaquePointer) {
        _ = PQsetNoticeProcessor(
            connection,
            { context, message in
                guard let context, let message else { return }
                let notices = Unmanaged<SessionNotices>.fromOpaque(context).takeUnretainedValue()
                notices.logger.debug("Postgres notice", metadata: ["notice": "\(String(cString: message).dropLast())"])
            },
            Unmanaged.passUnretained(self).toOpaque()
        )
    }
}
