import Synchronization

/// What another service answered, remembered for a short time: what changes there is seen here after that time at the latest.
///
/// Bounded: a full memory forgets what is too old, and all of it when nothing is.
final class ShortMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var until: ContinuousClock.Instant
    }

    private let duration: Duration
    private let capacity: Int
    private let entries = Mutex<[Key: Entry]>([:])

    init(_ duration: Duration = .seconds(10), capacity: Int = 4_096) {
        self.duration = duration
        self.capacity = capacity
    }

    subscript(key: Key) -> Value? {
        entries.withLock { entries in
            guard let entry = entries[key], entry.until > .now else { return nil }
            return entry.value
        }
    }

    /// Whether it was remembered once and has not been forgotten, however old it is.
    func hasMet(_ key: Key) -> Bool { entries.withLock { $0[key] != nil } }

    func forget(_ key: Key) { entries.withLock { _ = $0.removeValue(forKey: key) } }

    func remember(_ value: Value, as key: Key) {
        entries.withLock { entries in
            if entries.count >= capacity {
                let now = ContinuousClock.now
                entries = entries.filter { $0.value.until > now }
                if entries.count >= capacity { entries.removeAll() }
            }
            entries[key] = Entry(value: value, until: .now + duration)
        }
    }
}
