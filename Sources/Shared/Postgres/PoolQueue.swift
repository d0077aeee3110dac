/// Tasks that wait for a connection, first come first served; one that gives up leaves a gap that is skipped.
struct PoolQueue: Sendable {
    struct Waiter: Sendable {
        let continuation: CheckedContinuation<PostgresSession, any Error>
        let since: ContinuousClock.Instant
    }

    private var waiters: [UInt64: Waiter] = [:]
    private var head: UInt64 = 0
    private var tail: UInt64 = 0

    var count: Int { waiters.count }

    /// The one that has waited longest.
    var first: Waiter? {
        mutating get {
            while head < tail {
                if let waiter = waiters[head] { return waiter }
                head += 1
            }
            return nil
        }
    }

    /// A number to wait under; numbers are the order.
    mutating func reserve() -> UInt64 {
        defer { tail += 1 }
        return tail
    }

    mutating func insert(_ waiter: Waiter, _ number: UInt64) {
        waiters[number] = waiter
        // Others may have passed the number while it was reserved and empty.
        head = min(head, number)
    }

    mutating func remove(_ number: UInt64) -> Waiter? { waiters.removeValue(forKey: number) }

    mutating func popFirst() -> Waiter? {
        guard first != nil else { return nil }
        defer { head += 1 }
        return waiters.removeValue(forKey: head)
    }
}
