/// Waiting times that double from a first to a last value.
package struct Backoff: Sendable {
    private let first: Duration
    private let last: Duration
    private var next: Duration

    package init(first: Duration = .milliseconds(50), last: Duration = .seconds(5)) {
        self.first = first
        self.last = last
        next = first
    }

    /// The time to wait now; the following one is twice as long, up to the last.
    package mutating func advance() -> Duration {
        defer { next = min(next * 2, last) }
        return next
    }

    /// Starts again from the first value, after a success.
    package mutating func reset() { next = first }
}
