import CLibPQ
import Glibc
import Logging
import Readiness
import Synchronization

/// One connection to the server: owns a `PGconn`, runs one operation at a time, and is never used again once it is closed.
///
/// The caller sends on its own thread; the event thread receives and resumes the caller directly.
final class PostgresSession: Sendable {
    enum Phase { case connecting, ready, closed }

    /// Unchecked because of the `PGconn`, which is touched only under the session's lock.
    struct State: @unchecked Sendable {
        var handle: OpaquePointer?
        var phase = Phase.connecting
        var operation: SessionOperation?
        var descriptor: CInt = -1
        var interest: Interest = []
        var isCopying = false
        /// What this connection has prepared, by statement type.
        var prepared: [ObjectIdentifier: StatementText] = [:]
        /// The connection's state is not certain: it is not used after this lease.
        var mustClose = false
        var cancelledTicket: UInt64 = 0
        var cancelHandle: SessionCancelHandle?
        var connectTimer: TimerID?
        var onConnected: (@Sendable (Result<PostgresSession, PostgresError>) -> Void)?
        var onClosed: (@Sendable (PostgresSession) -> Void)?
        var onNotification: (@Sendable (_ channel: String, _ payload: String) -> Void)?
        var idleSince = ContinuousClock.now
    }

    let state = Mutex(State())
    let notices: SessionNotices
    private let tickets = Atomic<UInt64>(0)

    init(logger: Logger) { notices = SessionNotices(logger: logger) }

    deinit {
        let handle = state.withLock { state -> SessionHandle in SessionHandle(pointer: state.handle) }
        if let pointer = handle.pointer { PQfinish(pointer) }
    }

    /// Runs an operation to its end.
    ///
    /// `send` runs at once, under the lock; it returns how many pipeline syncs end the operation, 0 outside pipeline mode.
    /// A cancelled task makes the server cancel the operation; a shielded operation is not cancelled.
    func perform(
        _ goal: SessionOperation.Goal,
        isShielded: Bool = false,
        _ send: (inout State, OpaquePointer) throws(PostgresError) -> Int
    ) async throws -> SessionOperation.Outcome {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        if isShielded {
            return try await withCheckedThrowingContinuation { continuation in
                begin(goal, ticket: ticket, completion: { continuation.resume(with: $0) }, send)
            }
        }
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(goal, ticket: ticket, completion: { continuation.resume(with: $0) }, send)
            }
        } onCancel: {
            cancel(ticket)
        }
    }

    /// As ``perform(_:isShielded:_:)``, for the results of statements.
    func results(
        isShielded: Bool = false,
        _ send: (inout State, OpaquePointer) throws(PostgresError) -> Int
    ) async throws -> [PostgresResult] {
        guard case .results(let results) = try await perform(.results, isShielded: isShielded, send) else { return [] }
        return results
    }

    func begin(
        _ goal: SessionOperation.Goal,
        ticket: UInt64,
        completion: @escaping SessionOperation.Completion,
        _ send: (inout State, OpaquePointer) throws(PostgresError) -> Int
    ) {
        let after = state.withLock { state -> AfterUnlock in
            guard state.phase == .ready, let handle = state.handle else {
                return AfterUnlock { completion(.failure(PostgresError.lost("the connection is closed", isSafeToRetry: true))) }
            }
            guard state.operation == nil else {
                return AfterUnlock { completion(.failure(PostgresError(message: "the connection is in use by another task"))) }
            }
            guard state.cancelledTicket != ticket else { return AfterUnlock { completion(.failure(CancellationError())) } }
            do {
                let syncs = try send(&state, handle)
                state.operation = SessionOperation(goal: goal, ticket: ticket, remainingSyncs: syncs, completion: completion)
            } catch {
                guard PQstatus(handle) == CONNECTION_BAD else {
                    // Half a pipeline may be queued.
                    if PQpipelineStatus(handle) != PQ_PIPELINE_OFF { state.mustClose = true }
                    return AfterUnlock { completion(.failure(error)) }
                }
                var after = close(&state)
                after.append { completion(.failure(PostgresError.lost("the connection broke before the statement", isSafeToRetry: true))) }
                return after
            }
            return advance(&state, handle)
        }
        after.run()
    }
}

/// What is to be called when the session's lock is free again.
struct AfterUnlock: Sendable {
    private var first: (@Sendable () -> Void)?
    private var others: [@Sendable () -> Void] = []

    init() {}
    init(_ body: @escaping @Sendable () -> Void) { first = body }

    mutating func append(_ body: @escaping @Sendable () -> Void) {
        if first == nil { first = body } else { others.append(body) }
    }

    mutating func append(_ after: AfterUnlock) {
        if let body = after.first { append(body) }
        for body in after.others { append(body) }
    }

    func run() {
        first?()
        for body in others { body() }
    }
}

/// Carries a connection pointer out of a lock.
///
/// Unchecked because the taker is its only user then.
struct SessionHandle: @unchecked Sendable {
    let pointer: OpaquePointer?
}
