/// Names a scheduled body until it has run.
package struct TimerID: Hashable, Sendable {
    let number: UInt64
}

/// Bodies by the moment they are due: a binary heap whose cancelled entries are dropped when they outnumber the live ones.
struct TimerQueue {
    private struct Entry {
        var deadline: UInt64
        var id: TimerID
    }

    private var heap: [Entry] = []
    private var bodies: [TimerID: @Sendable () -> Void] = [:]
    private var lastNumber: UInt64 = 0

    /// Nanoseconds of the earliest live entry.
    var nextDeadline: UInt64? {
        mutating get {
            while let first = heap.first, bodies[first.id] == nil { removeFirst() }
            return heap.first?.deadline
        }
    }

    mutating func insert(deadline: UInt64, _ body: @escaping @Sendable () -> Void) -> TimerID {
        lastNumber += 1
        let id = TimerID(number: lastNumber)
        bodies[id] = body
        heap.append(Entry(deadline: deadline, id: id))
        moveUp(from: heap.count - 1)
        return id
    }

    mutating func cancel(_ id: TimerID) {
        guard bodies.removeValue(forKey: id) != nil, heap.count > 2 * bodies.count + 64 else { return }
        heap.removeAll { bodies[$0.id] == nil }
        heap.sort { $0.deadline < $1.deadline }
    }

    /// The next body that is due at `now`, removed.
    mutating func popDue(at now: UInt64) -> (@Sendable () -> Void)? {
        guard let deadline = nextDeadline, deadline <= now, let first = heap.first else { return nil }
        removeFirst()
        return bodies.removeValue(forKey: first.id)
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        moveDown()
    }

    private mutating func moveUp(from start: Int) {
        var index = start
        while index > 0, heap[index].deadline < heap[(index - 1) / 2].deadline {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func moveDown() {
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child].deadline < heap[smallest].deadline {
                smallest = child
            }
            guard smallest != index else { return }
            heap.swapAt(index, smallest)
            index = smallest
        }
    }
}
