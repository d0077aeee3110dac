import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Keeps the send rate of the provider account known: the configured one, or what the provider says, asked at most once a minute.
///
/// Until a rate is known a provider that has one sends one message a second, SES' sandbox rate.
final class AccountRateKeeper: Service {
    private let database: PostgresPool
    private let transport: any MailTransport
    private let configuredRate: Double?
    private let logger: Logger
    private let limiter: Mutex<SendRateLimiter>

    init(database: PostgresPool, transport: any MailTransport, configuredRate: Double?, logger: Logger) {
        self.database = database
        self.transport = transport
        self.configuredRate = configuredRate
        self.logger = logger
        let rate = SendRate(provider: .notLearned, configured: configuredRate)
        limiter = Mutex(SendRateLimiter(database: database, account: transport.account, rate: rate))
    }

    /// The limiter with the rate that is known now.
    var current: SendRateLimiter { limiter.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let isKnown = try await self.learn()
                    try await Task.sleep(for: isKnown ? .seconds(120) : .seconds(20))
                } catch is CancellationError {
                    return
                } catch {
                    self.logger.warning("the send rate is not known yet", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }

    /// Asks the provider and follows its rate; false when it did not say.
    @discardableResult
    func learn() async throws -> Bool {
        let learned = await transport.allowedRate()
        let rate = SendRate(provider: learned, configured: configuredRate)
        let updated = SendRateLimiter(database: database, account: transport.account, rate: rate)
        limiter.withLock { $0 = updated }
        try await updated.prepare()
        return learned != .notLearned
    }
}
