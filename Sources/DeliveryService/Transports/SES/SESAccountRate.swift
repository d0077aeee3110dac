import HTTPTransport
import JSON
import Logging
import Synchronization

/// The rate that `GetAccount` says, asked at most once a minute (AWS allows one such call a second for the whole account).
final class SESAccountRate: Sendable {
    static let path = "/v2/email/account"
    static let lifetime = Duration.seconds(60)
    /// After a failure the answer is asked for again this soon.
    static let pauseAfterFailure = Duration.seconds(15)

    private struct State {
        var rate: ProviderRate = .notLearned
        var validUntil: ContinuousClock.Instant?
    }

    private let client: SESClient
    private let logger: Logger
    private let state = Mutex(State())

    init(client: SESClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// What was learnt last stays while SES does not answer.
    func current() async -> ProviderRate {
        let known = state.withLock { state in state.validUntil.flatMap { $0 > .now ? state.rate : nil } }
        if let known { return known }
        let asked = await ask()
        return state.withLock { state in
            if let asked { state.rate = .known(asked) }
            state.validUntil = .now + (asked == nil ? Self.pauseAfterFailure : Self.lifetime)
            return state.rate
        }
    }

    private func ask() async -> Double? {
        let request = SESClient.Request(method: "GET", path: Self.path, timeout: .seconds(10))
        let outcome = await client.send(request, isInTime: { true }) { exchange in
            guard case .forbidden(_, let date) = SESAnswer(exchange) else { return nil }
            return SESClient.Refusal(date: date)
        }
        switch outcome {
        case .exchange(.response(let response)) where response.status == 200:
            if let rate = Self.rate(response.body) { return rate }
            logger.warning("SES GetAccount: the answer has no usable MaxSendRate")
        case .exchange(.response(let response)):
            logger.warning("SES GetAccount was refused", metadata: ["error": "\(SESError(response).text)"])
        case .exchange(.failed(let failure)): logger.warning("SES GetAccount got no answer", metadata: ["error": "\(failure)"])
        case .noCredentials(let failure): logger.warning("SES GetAccount was not asked", metadata: ["error": "\(failure)"])
        case .tooLate: break
        }
        return nil
    }

    /// `SendQuota.MaxSendRate` when it is above 0.
    static func rate(_ body: [UInt8]) -> Double? {
        guard let quota = (try? JSONValue.parse(body))?["SendQuota"], case .number(let number) = quota["MaxSendRate"], number.double > 0
        else {
            return nil
        }
        return number.double
    }
}
