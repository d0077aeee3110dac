import JSON
import Logging
import NIOCore
import Synchronization

/// A pooled client of one service: multiplexes calls, reconnects, moves to a new connection on `rpc.draining`, closes a connection after
/// 5 s without a call.
///
/// A call waits for its answer at most until its deadline. It is repeated without asking when the server certainly did not begin it, or
/// when the contract says that it is idempotent.
package final class RPCClient: RPCCaller {
    private struct State {
        var connections: [RPCClientConnection] = []
        var isClosed = false
        var counters = RPCClientCounters()
    }

    private let address: RPCAddress
    private let limits: RPCLimits
    private let maximumConnections: Int
    private let idleTimeout: Duration
    private let logger: Logger
    private let state = Mutex(State())

    /// A service that refuses connections is given this long to come back before a call fails.
    private static let connectPatience: Duration = .seconds(2)
    /// A connection gets this many calls in flight before another is opened beside it.
    private static let crowd = 128
    private static let maximumRepeats = 3

    package init(
        address: RPCAddress,
        limits: RPCLimits = RPCLimits(),
        maximumConnections: Int = 2,
        idleTimeout: Duration = .seconds(5),
        logger: Logger
    ) {
        self.address = address
        self.limits = limits
        self.maximumConnections = max(1, maximumConnections)
        self.idleTimeout = idleTimeout
        self.logger = logger
    }

    /// How often the client connected and repeated calls.
    package var counters: RPCClientCounters { state.withLock { $0.counters } }

    package func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        let reply: RPCReply
        do {
            reply = try await exchange(name: Method.name, isIdempotent: Method.isIdempotent, deadline: deadline) { id, remaining in
                let metadata = RPCMetadata(
                    deadlineMilliseconds: remaining.wholeMilliseconds,
                    traceparent: RPCCallScope.current?.traceparent,
                    idempotencyKey: idempotencyKey
                )
                return try RPCRequestLine.call(method, id: id, metadata: metadata)
            }
        } catch {
            throw .protocolViolation("\(Method.name) could not be written: \(error)")
        }
        return try reply.value(of: Method.self)
    }

    /// Untyped call for tools: the raw `result`, or the raw error object.
    ///
    /// Not repeated when the connection is lost; throws ``RPCCallError`` with ``NoFailure`` when there is no answer.
    package func callRaw(
        method: String,
        params: ArraySlice<UInt8>?
    ) async throws -> (result: ArraySlice<UInt8>?, error: ArraySlice<UInt8>?) {
        let reply = try await exchange(name: method, isIdempotent: false, deadline: nil) { id, _ in
            try RPCRequestLine.call(method: method, id: id, params: params)
        }
        switch reply {
        case .result(let json): return (json, nil)
        case .error(let error): return (nil, error.raw)
        case .lost(let reason, let begun): throw RPCCallError<NoFailure>.unavailable(reason: reason, begun: begun)
        case .timedOut: throw RPCCallError<NoFailure>.timedOut
        case .cancelled: throw RPCCallError<NoFailure>.cancelled
        }
    }

    /// Ends every call in flight as unavailable and closes all connections; later calls fail at once.
    package func close() async {
        let connections = state.withLock { state in
            state.isClosed = true
            defer { state.connections = [] }
            return state.connections
        }
        for connection in connections { await connection.close() }
    }
}

extension RPCClient {
    /// Sends until there is an answer that may not be improved by sending again.
    private func exchange(
        name: String,
        isIdempotent: Bool,
        deadline: Duration?,
        line: (_ id: UInt64, _ remaining: Duration) throws -> [UInt8]
    ) async throws -> RPCReply {
        let start = ContinuousClock.now
        let end = start + RPCCallScope.patience(deadline ?? limits.defaultDeadline)
        var attempt = 0
        while true {
            let remaining = end - .now
            guard remaining > .zero else { return .timedOut }
            guard let connection = connection() else { return .lost(reason: "the client is closed", begun: false) }
            let id = connection.nextIdentifier()
            let bytes = try line(id, remaining)
            guard bytes.count - 1 <= limits.maximumLineBytes else { return Self.tooLong(bytes.count) }
            let reply = await connection.send(bytes, id: id, deadline: NIODeadline.now() + .nanoseconds(remaining.nanoseconds))
            guard mayRepeat(reply, isIdempotent: isIdempotent, attempt: attempt, since: start) else { return reply }
            attempt += 1
            state.withLock { $0.counters.repeats += 1 }
            logger.debug("call is repeated", metadata: ["method": "\(name)", "attempt": "\(attempt)"])
            guard await pause(attempt, until: end) else { return Task.isCancelled ? .cancelled : .timedOut }
        }
    }

    private func mayRepeat(_ reply: RPCReply, isIdempotent: Bool, attempt: Int, since start: ContinuousClock.Instant) -> Bool {
        switch reply {
        case .error(let error) where error.code == RPCErrorCode.draining.rawValue: true
        case .lost(_, begun: false): ContinuousClock.now - start < Self.connectPatience && !state.withLock { $0.isClosed }
        case .lost(_, begun: true): isIdempotent && attempt < Self.maximumRepeats && !state.withLock { $0.isClosed }
        default: false
        }
    }

    /// Waits a little longer each time (the first repeat goes at once); false when the task was cancelled or the deadline would pass.
    private func pause(_ attempt: Int, until end: ContinuousClock.Instant) async -> Bool {
        guard attempt > 1 else { return !Task.isCancelled }
        let wait = Duration.milliseconds(min(5 << min(attempt, 10), 250))
        guard ContinuousClock.now + wait < end else { return false }
        return (try? await Task.sleep(for: wait)) != nil
    }

    private static func tooLong(_ count: Int) -> RPCReply {
        let raw = RPCAnswer.error(.lineTooLong, id: RPCRequestParser.null)
        return .error(RPCWireError(code: RPCErrorCode.lineTooLong.rawValue, message: "the request has \(count) bytes", raw: raw[...]))
    }

    /// The least busy connection, or a new one while there is room; nil when the client is closed.
    private func connection() -> RPCClientConnection? {
        let (connection, isNew) = state.withLock { state -> (RPCClientConnection?, Bool) in
            guard !state.isClosed else { return (nil, false) }
            state.connections.removeAll { !$0.isAccepting }
            let best = state.connections.min { $0.load < $1.load }
            if let best, best.load < Self.crowd || state.connections.count >= maximumConnections { return (best, false) }
            let new = RPCClientConnection(limits: limits, idleTimeout: idleTimeout, logger: logger)
            state.connections.append(new)
            state.counters.connections += 1
            return (new, true)
        }
        if isNew { connection?.connect(to: address) }
        return connection
    }
}

/// What a client has done since it exists.
package struct RPCClientCounters: Sendable, Equatable {
    package var connections = 0
    package var repeats = 0
}

extension Duration {
    /// At most a year.
    var nanoseconds: Int64 {
        let parts = components
        return min(parts.seconds, 366 * 24 * 3600) * 1_000_000_000 + parts.attoseconds / 1_000_000_000
    }
}
