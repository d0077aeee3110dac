/// What a handler's own calls inherit from the call that it answers.
struct RPCCallScope: Sendable {
    /// Travels on unchanged (W3C Trace Context).
    var traceparent: String?
    /// Of a read only: a write that has begun is finished, with all that it calls.
    var deadline: ContinuousClock.Instant?

    @TaskLocal static var current: RPCCallScope?

    init?(_ context: RPCContext, isRead: Bool) {
        traceparent = context.metadata.traceparent
        deadline = isRead ? context.deadline : nil
        if traceparent == nil, deadline == nil { return nil }
    }

    /// How long a call may wait that asks for `patience`.
    static func patience(_ patience: Duration, in scope: RPCCallScope?) -> Duration {
        guard let deadline = scope?.deadline else { return patience }
        return min(patience, deadline - .now)
    }
}
