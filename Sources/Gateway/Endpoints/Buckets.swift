import Synchronization

/// Buckets that fill at a steady rate up to their size, one a key; bounded.
final class Buckets<Key: Hashable & Sendable>: Sendable {
    static var capacity: Int { 10_000 }

    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }

    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Key: Bucket]>([:])

    init(now: @escaping @Sendable () -> ContinuousClock.Instant) { self.now = now }

    /// Takes `cost` out of a bucket that has one left.
    /// - Returns: the seconds until there is one, or nil when it was taken.
    func take(_ cost: Double, from key: Key, rate: Double, size: Double) -> Double? {
        let now = self.now()
        return buckets.withLock { buckets in
            var bucket = buckets[key] ?? Bucket(level: size, at: now)
            bucket.level = min(size, bucket.level + (now - bucket.at) / .seconds(1) * rate)
            bucket.at = now
            guard bucket.level >= 1 else {
                buckets[key] = bucket
                return (1 - bucket.level) / rate
            }
            bucket.level -= cost
            // A full bucket is not worth its place.
            if bucket.level < size { Self.makeRoom(&buckets, for: key, now) }
            buckets[key] = bucket.level < size ? bucket : nil
            return nil
        }
    }

    private static func makeRoom(_ buckets: inout [Key: Bucket], for key: Key, _ now: ContinuousClock.Instant) {
        guard buckets.count >= capacity, buckets[key] == nil else { return }
        buckets = buckets.filter { (now - $0.value.at) < .seconds(60) }
        if buckets.count >= capacity { buckets.removeAll() }
    }
}
