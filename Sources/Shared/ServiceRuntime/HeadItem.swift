/// Counts what happened to the item at the head of a destination's line; another item starts from nothing.
struct HeadItem {
    private var id: Int64?
    private var refusals = 0
    private var failures = 0

    /// Refusals and failures of the current item.
    var count: Int { refusals + failures }

    /// - Returns: whether the item is to be moved aside.
    mutating func note(_ answer: OutboxAnswer, of item: Int64, limits: OutboxPusher.Limits) -> Bool {
        if id != item { self = HeadItem(id: item) }
        switch answer {
        case .done: self = HeadItem()
        case .declined: return true
        case .away: break
        case .refused: refusals += 1
        case .failed: failures += 1
        }
        return refusals >= limits.refusals || failures >= limits.failures
    }
}
