/// What travels beside a call's parameters in `params._meta` (DESIGN section 3).
package struct RPCMetadata: Sendable, Equatable {
    /// Relative, in milliseconds from the moment of sending.
    package var deadlineMilliseconds: Int?
    package var traceparent: String?
    package var idempotencyKey: String?

    package init(deadlineMilliseconds: Int? = nil, traceparent: String? = nil, idempotencyKey: String? = nil) {
        self.deadlineMilliseconds = deadlineMilliseconds
        self.traceparent = traceparent
        self.idempotencyKey = idempotencyKey
    }
}

/// Why a call brought no result.
///
/// The compiler insists that a caller looks at each.
package enum RPCCallError<Failure: RPCFailure>: Error, Sendable {
    /// The method's own, declared failure.
    case failed(Failure)
    /// The service could not be reached, or the connection was lost and the call may not be repeated.
    /// `begun` is false when the server certainly did not start the call.
    case unavailable(reason: String, begun: Bool)
    case timedOut
    case cancelled
    /// The server answered with an error that the contract does not declare (-32601, -32602, -32603, a limit…).
    case refused(code: Int, message: String)
    /// The answer was not what the contract says.
    case protocolViolation(String)
}

/// Anything that carries typed calls: a pooled client, or a method table in the same process.
package protocol RPCCaller: Sendable {
    /// Sends a call and waits for its result; a deadline of nil is the default of 30 s.
    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result
}

extension RPCCaller {
    package func call<Method: RPCMethod>(_ method: Method) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        try await call(method, deadline: nil, idempotencyKey: nil)
    }

    package func call<Method: RPCMethod>(
        _ method: Method,
        idempotencyKey: String
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        try await call(method, deadline: nil, idempotencyKey: idempotencyKey)
    }
}

/// What a handler knows about the call besides its parameters.
package struct RPCContext: Sendable {
    package var peer: RPCPeer
    package var metadata: RPCMetadata
    /// When the caller stops waiting; nil when it set none and the server has no default.
    package var deadline: ContinuousClock.Instant?

    package init(peer: RPCPeer, metadata: RPCMetadata = RPCMetadata(), deadline: ContinuousClock.Instant? = nil) {
        self.peer = peer
        self.metadata = metadata
        self.deadline = deadline
    }
}
