import Contracts
import HTTPTypes
import JSON
import Model

/// How many requests one key and one address may make; kept in this process.
///
/// What an address is refused is what it fails at, and forms beyond what a mailbox provider's few addresses send for all their readers: a
/// tenant behind a proxy is not punished for others.
final class RequestRateLimits: Sendable {
    /// Failed authentications of one address that are told why: at once, and a second afterwards.
    static let failures = (size: 50.0, rate: 5.0)
    /// Keys that nobody knew, looked up for one address.
    static let guesses = (size: 200.0, rate: 20.0)
    /// Forms (unsubscribe, preferences, confirm) of one address.
    static let forms = (size: 2_000.0, rate: 100.0)

    /// Requests a second for a key without a limit of its own; 0 is no limit.
    private let keyRate: Double
    private let requestsOfKeys: Buckets<Int64>
    private let failuresOfAddresses: Buckets<String>
    private let guessesOfAddresses: Buckets<String>
    private let formsOfAddresses: Buckets<String>

    init(keyRate: Double, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.keyRate = keyRate
        requestsOfKeys = Buckets(now: now)
        failuresOfAddresses = Buckets(now: now)
        guessesOfAddresses = Buckets(now: now)
        formsOfAddresses = Buckets(now: now)
    }

    /// Takes one request of a key; throws a 429 that says when to come back.
    func takeRequest(of key: AuthenticatedKey) throws(APIError) {
        let rate = key.rateLimit.map(Double.init) ?? keyRate
        guard rate > 0 else { return }
        if let wait = requestsOfKeys.take(1, from: key.keyID.rawValue, rate: rate, size: max(rate, 1)) { throw .tooManyRequests(after: wait) }
    }

    /// Counts a failed authentication; throws a 429 in its place when there were too many.
    func takeFailure(of client: ClientAddress) throws(APIError) {
        let wait = failuresOfAddresses.take(1, from: client.bucket, rate: Self.failures.rate, size: Self.failures.size)
        if let wait { throw .tooManyRequests(after: wait) }
    }

    /// Throws a 429 when the address has had too many keys looked up that nobody knew.
    func checkGuesses(of client: ClientAddress) throws(APIError) {
        let wait = guessesOfAddresses.take(0, from: client.bucket, rate: Self.guesses.rate, size: Self.guesses.size)
        if let wait { throw .tooManyRequests(after: wait) }
    }

    /// Counts a key that nobody knew.
    func takeGuess(of client: ClientAddress) {
        _ = guessesOfAddresses.take(1, from: client.bucket, rate: Self.guesses.rate, size: Self.guesses.size)
    }

    /// - Returns: the seconds to wait, or nil when the form may be read.
    func takeForm(of client: ClientAddress) -> Double? {
        formsOfAddresses.take(1, from: client.bucket, rate: Self.forms.rate, size: Self.forms.size)
    }
}
