import Synchronization

/// Bounds the content of messages that one process holds at a time: what does not fit waits in the queue, not in memory (I10).
///
/// A message costs a few times its size while it is built and posted.
final class ContentBudget: Sendable {
    static let standardLimit = 32 << 20

    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int = ContentBudget.standardLimit) { self.limit = limit }

    /// Takes as many of these messages, from the first, as there is room for: one that is larger than everything goes alone.
    /// - Returns: how many.
    func take(_ sizes: some Sequence<Int>) -> Int {
        used.withLock { used in
            var count = 0
            for size in sizes {
                guard used == 0 || used + size <= limit else { break }
                used += size
                count += 1
            }
            return count
        }
    }

    func giveBack(_ size: Int) { used.withLock { $0 -= size } }

    var bytes: Int { used.withLock { $0 } }
}
