import Cryptography
import HTTPTransport
import Logging
import Model
import Synchronization

/// Amazon SES, API version 2: one `SendEmail` call with raw content for each message, signed here, through libcurl without any repetition.
struct SESTransport: MailTransport {
    static let sendPath = "/v2/email/outbound-emails"
    /// Every row of both lanes (128), every transactional message (128), test messages, and the account's questions find a connection.
    static let connections = 272
    /// Ends before the attempt's deadline of 45 s when it begins within the sender's time.
    static let timeout = Duration.seconds(30)

    let region: String
    let endpoint: SESEndpoint
    let configurationSet: String?
    private let client: SESClient
    private let rate: SESAccountRate

    init(region: String, endpoint: SESEndpoint, configurationSet: String?, credentials: AWSCredentialChain, logger: Logger) {
        var limits = HTTPTransportConfiguration()
        limits.maximumConnections = Self.connections
        self.region = region
        self.endpoint = endpoint
        self.configurationSet = configurationSet
        client = SESClient(region: region, endpoint: endpoint, credentials: credentials, http: HTTPTransport(limits))
        rate = SESAccountRate(client: client, logger: logger)
    }

    var account: String { "ses:\(region)" }

    func allowedRate() async -> ProviderRate { await rate.current() }

    func send(_ message: OutgoingMessage) async -> SendResult {
        let body = SESRequestBody.bytes(message, configurationSet: configurationSet)
        let request = SESClient.Request(method: "POST", path: Self.sendPath, body: body, timeout: Self.timeout)
        let outcome = await client.send(request, isInTime: { message.isInTime }, refusal: Self.forbidden)
        switch outcome {
        case .exchange(let exchange):
            switch SESAnswer(exchange) {
            case .end(let result): return result
            case .forbidden(let reason, _): return .notSent(reason: reason, hold: .suspended(seconds: SESAnswer.accountHold))
            }
        case .tooLate: return .tooLate
        case .noCredentials(let failure): return .notSent(reason: "\(failure)", hold: .account(seconds: SESAnswer.accountHold))
        }
    }

    /// The server's date when the answer refuses credentials, signature or clock; the outer nil is any other answer.
    private static func forbidden(_ exchange: HTTPExchange) -> SESClient.Refusal? {
        guard case .forbidden(_, let date) = SESAnswer(exchange) else { return nil }
        return SESClient.Refusal(date: date)
    }
}
