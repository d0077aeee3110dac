import Synchronization

/// A number that several tasks change.
final class MessageCount: Sendable {
    private let count: Mutex<Int>

    init(_ first: Int = 0) { count = Mutex(first) }

    var now: Int { count.withLock { $0 } }
    func add(_ number: Int) { count.withLock { $0 += number } }

    /// Takes one away; true when none is left.
    func leave() -> Bool {
        count.withLock { count in
            count -= 1
            return count == 0
        }
    }
}
