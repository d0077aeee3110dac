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
    private static let connectPatience = TimeAmount.seconds(2)
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
            let scope = RPCCallScope.current
            let patience = RPCCallScope.patience(deadline ?? limits.defaultDeadline, in: scope)
            reply = try await exchange(name: Method.name, isIdempotent: Method.isIdempotent, patience: patience) { id, remaining, writer in
                let metadata = RPCMetadata(
                    deadlineMilliseconds: Int((remaining.nanoseconds + 999_999) / 1_000_000),
                    traceparent: scope?.traceparent,
                    idempotencyKey: idempotencyKey
                )
                try RPCRequestLine.call(method, id: id, metadata: metadata, to: &writer)
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
        let patience = RPCCallScope.patience(limits.defaultDeadline, in: RPCCallScope.current)
        let reply = try await exchange(name: method, isIdempotent: false, patience: patience) { id, _, writer in
            try RPCRequestLine.call(method: method, id: id, params: params, to: &writer)
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
        patience: Duration,
        write: (_ id: UInt64, _ remaining: TimeAmount, _ writer: inout JSONWriter) throws -> Void
    ) async throws -> RPCReply {
        let start = NIODeadline.now()
        let end = start + .nanoseconds(patience.nanoseconds)
        var now = start
        var attempt = 0
        while true {
            guard now < end else { return .timedOut }
            guard let (connection, place) = place() else { return .lost(reason: "the client is closed", begun: false) }
            var writer = JSONWriter(reusing: place.memory)
            try write(place.id, end - now, &writer)
            let count = writer.bytes.count - 1
            guard count <= limits.maximumLineBytes else { return .requestTooLong(count) }
            let reply = await connection.send(writer.bytes, id: place.id, now: now, deadline: end)
            guard mayRepeat(reply, isIdempotent: isIdempotent, attempt: attempt, since: start) else { return reply }
            attempt += 1
            state.withLock { $0.counters.repeats += 1 }
            logger.debug("call is repeated", metadata: ["method": "\(name)", "attempt": "\(attempt)"])
            guard await pause(attempt, until: end) else { return Task.isCancelled ? .cancelled : .timedOut }
            now = .now()
        }
    }

    private func mayRepeat(_ reply: RPCReply, isIdempotent: Bool, attempt: Int, since start: NIODeadline) -> Bool {
        switch reply {
        case .error(let error) where error.code == RPCErrorCode.draining.rawValue: true
        case .lost(_, begun: false): NIODeadline.now() - start < Self.connectPatience && !state.withLock { $0.isClosed }
        case .lost(_, begun: true): isIdempotent && attempt < Self.maximumRepeats && !state.withLock { $0.isClosed }
        default: false
        }
    }

    /// Waits a little longer each time (the first repeat goes at once); false when the task was cancelled or the deadline would pass.
    private func pause(_ attempt: Int, until end: NIODeadline) async -> Bool {
        guard attempt > 1 else { return !Task.isCancelled }
        let wait = min(5 << min(attempt, 10), 250)
        guard NIODeadline.now() + .milliseconds(Int64(wait)) < end else { return false }
        return (try? await Task.sleep(for: .milliseconds(wait))) != nil
    }

    /// A place on the least busy connection, or on a new one while there is room; nil when the client is closed.
    private func place() -> (RPCClientConnection, RPCClientConnection.Place)? {
        let (found, isNew) = state.withLock { state -> ((RPCClientConnection, RPCClientConnection.Place)?, Bool) in
            guard !state.isClosed else { return (nil, false) }
            var best: (RPCClientConnection, RPCClientConnection.Place)?
            var isAnyLeft = false
            for connection in state.connections {
                guard let place = connection.place() else {
                    isAnyLeft = true
                    continue
                }
                if place.load < best?.1.load ?? .max { best = (connection, place) }
            }
            if isAnyLeft { state.connections.removeAll { !$0.isAccepting } }
            if let best, best.1.load < Self.crowd || state.connections.count >= maximumConnections { return (best, false) }
            let new = RPCClientConnection(limits: limits, idleTimeout: idleTimeout, logger: logger)
            state.connections.append(new)
            state.counters.connections += 1
            return (new.place().map { (new, $0) }, true)
        }
        if isNew { found?.0.connect(to: address) }
        return found
    }
}

/// What a client has done since it exists.
package struct RPCClientCounters: Sendable, Equatable {
    package var connections = 0
    package var repeats = 0
}

extension Duration {
    /// At most a year; of what is over already only that it is.
    var nanoseconds: Int64 {
        let parts = components
        return max(-1, min(parts.seconds, 366 * 24 * 3600)) * 1_000_000_000 + parts.attoseconds / 1_000_000_000
    }
}
