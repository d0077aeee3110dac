import Contracts
import HTTPTypes
import JSON
import Model
import Synchronization

/// How many requests one key and one address may make: a bucket each that fills at a steady rate.
///
/// Kept in this process; bounded. An address is limited by its failed authentications only, so that a tenant behind a
/// proxy is not punished for others.
final class RequestRateLimits: Sendable {
    /// Failed authentications of one address: at once, and a second afterwards.
    static let failureBurst = 50.0
    static let failureRate = 5.0
    static let capacity = 10_000

    private struct Bucket {
        var level: Double
        var at: ContinuousClock.Instant
    }

    /// Requests a second for a key without a limit of its own; 0 is no limit.
    private let keyRate: Double
    private let now: @Sendable () -> ContinuousClock.Instant
    private let keys = Mutex<[Int64: Bucket]>([:])
    private let addresses = Mutex<[String: Bucket]>([:])

    init(keyRate: Double, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.keyRate = keyRate
        self.now = now
    }

    /// Takes one request of a key; throws a 429 that says when to come back.
    func checkKey(_ key: AuthenticatedKey) throws(APIError) {
        let rate = key.rateLimit.map(Double.init) ?? keyRate
        guard rate > 0 else { return }
        let wait = keys.withLock { take(&$0, key.keyID.rawValue, rate: rate, burst: max(rate, 1), cost: 1) }
        if let wait { throw .tooManyRequests(after: wait) }
    }

    /// Refuses an address that has failed too often.
    func checkAddress(_ address: String) throws(APIError) {
        let wait = addresses.withLock { buckets -> Double? in
            guard buckets[address] != nil else { return nil }
            return take(&buckets, address, rate: Self.failureRate, burst: Self.failureBurst, cost: 0)
        }
        if let wait { throw .tooManyRequests(after: wait) }
    }

    func countFailure(_ address: String) {
        addresses.withLock { buckets in
            _ = take(&buckets, address, rate: Self.failureRate, burst: Self.failureBurst, cost: 1)
        }
    }

    /// The seconds to wait, or nil when `cost` was taken.
    private func take<Key: Hashable>(
        _ buckets: inout [Key: Bucket],
        _ key: Key,
        rate: Double,
        burst: Double,
        cost: Double
    ) -> Double? {
        let now = self.now()
        if buckets.count >= Self.capacity, buckets[key] == nil {
            buckets = buckets.filter { (now - $0.value.at) < .seconds(60) }
            if buckets.count >= Self.capacity { buckets.removeAll() }
        }
        var bucket = buckets[key] ?? Bucket(level: burst, at: now)
        bucket.level = min(burst, bucket.level + (now - bucket.at) / .seconds(1) * rate)
        bucket.at = now
        defer { buckets[key] = bucket }
        guard bucket.level >= 1 else { return (1 - bucket.level) / rate }
        bucket.level -= cost
        return nil
    }
}
