import Postgres

/// Whose share of the send rate a message uses.
enum SendClass: Sendable {
    case campaign
    case transactional

    /// The part of a second's rate that this class leaves to the other: a campaign never takes the last tenth (I9).
    var reservedShare: Double {
        switch self {
        case .campaign: 0.1
        case .transactional: 0
        }
    }
}

/// What an account may send a second.
enum SendRate: Sendable, Equatable {
    case limited(Double)
    /// The provider has a limit that nobody has learnt yet.
    case notLearned
    case unlimited

    /// The sandbox rate of SES, for a new account of which nothing is known.
    static let cautiousRate = 1.0
    /// Stands in the bucket of an account without a limit.
    static let unlimitedRate = 1_000_000.0

    /// The smaller of what the provider says and what is configured; what is configured alone counts while the provider says nothing.
    init(provider: ProviderRate, configured: Double?) {
        switch (provider, configured) {
        case (.known(let known), let configured?): self = .limited(min(known, configured))
        case (.known(let known), nil): self = .limited(known)
        case (.notLearned, let configured?), (.unlimited, let configured?): self = .limited(configured)
        case (.notLearned, nil): self = .notLearned
        case (.unlimited, nil): self = .unlimited
        }
    }
}

/// One token bucket a provider account, shared by the workers of all hosts through Postgres.
///
/// A bucket holds one second's worth. An account without a limit has a bucket too, so that it can be blocked.
struct SendRateLimiter: Sendable {
    /// What a worker may do now.
    enum Grant: Sendable, Equatable {
        case tokens(Int)
        case wait(seconds: Double, reason: String)
    }

    let database: PostgresPool
    let account: String
    let rate: SendRate

    /// Creates the bucket, or follows a changed rate.
    func prepare() async throws {
        switch rate {
        case .limited(let rate): try await database.execute(SetAllowedRate(account: account, allowedRate: rate))
        case .unlimited: try await database.execute(SetAllowedRate(account: account, allowedRate: SendRate.unlimitedRate))
        // What another process, or an earlier run, has learnt stays.
        case .notLearned: try await database.execute(AddSendRate(account: account, allowedRate: SendRate.cautiousRate))
        }
    }

    /// Takes up to `wanted` tokens.
    func take(_ wanted: Int, for sendClass: SendClass) async throws -> Grant {
        let taken = try await database.first(
            TakeSendTokens(
                account: account,
                wanted: wanted,
                reservedShare: rate == .unlimited ? 0 : sendClass.reservedShare,
                hasPrecedence: sendClass == .transactional
            )
        )
        guard let taken else {
            try await prepare()
            return .wait(seconds: 0, reason: "")
        }
        return taken
    }

    /// Gives tokens back that were not used, because rows were skipped or held.
    func giveBack(_ count: Int) async throws {
        guard count > 0, rate != .unlimited else { return }
        try await database.execute(ReturnSendTokens(account: account, count: count))
    }

    /// The provider said "too fast": 30 % less from now on; it recovers by 1 % of the allowed rate a second.
    func slowDown() async throws { try await database.execute(SlowDownSending(account: account)) }

    /// The provider takes nothing at all for a while.
    func block(seconds: Int64, reason: String) async throws {
        try await database.execute(BlockSending(account: account, seconds: seconds, reason: String(reason.prefix(500))))
    }
}
