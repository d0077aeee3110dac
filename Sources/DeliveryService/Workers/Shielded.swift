/// Work that a stop must not cut short: between a claim and the record of its outcomes, and in the queue's bookkeeping.
enum Shielded {
    /// Runs the body to its end although the caller's task may be cancelled.
    ///
    /// The unstructured task is the point: a structured child would inherit the cancellation. The caller waits for it, so it never outlives
    /// its place.
    static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await Task { try await body() }.value
    }

    static func run<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
        await Task { await body() }.value
    }
}
