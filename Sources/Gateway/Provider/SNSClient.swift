import HTTPTransport
import Tokens

/// The few questions that the gateway asks of SNS and of certificate authorities, each on a host that it builds itself.
struct SNSClient: Sendable {
    /// Why there is no answer to use.
    enum Failure: Error, Equatable, Sendable {
        /// SNS says that there is no such thing.
        case refused(status: Int)
        /// Nobody can say now.
        case unavailable
    }

    private static let timeout = Duration.seconds(5)

    private let endpoint: String?
    private let http: HTTPTransport
    /// Authorities publish their certificates over plain http; each is worth only what its chain proves.
    private let authorities: HTTPTransport

    init(endpoint: String?) {
        self.endpoint = endpoint
        var limits = HTTPTransportConfiguration()
        limits.maximumConnections = 4
        limits.maximumWaiting = 32
        limits.connectTimeout = .seconds(3)
        limits.addressPolicy = endpoint == nil ? .publicOnly : .any
        authorities = HTTPTransport(limits)
        limits.allowsPlainHTTP = endpoint != nil
        http = HTTPTransport(limits)
    }

    /// The PEM text of a signing certificate.
    func certificate(_ path: String, of topic: SNSTopic) async throws(Failure) -> String {
        let body = try await get(base(topic) + path, http)
        return String(decoding: body, as: UTF8.self)
    }

    /// The certificate of an issuer, as its authority publishes it.
    func issuer(_ url: String) async throws(Failure) -> [UInt8] {
        guard let endpoint else { return try await get(url, authorities) }
        let path = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).last ?? ""
        return try await get("\(endpoint)/\(path)", authorities)
    }

    /// Confirms a subscription by its token: the same call as behind the message's `SubscribeURL`, which is never followed.
    func confirm(_ token: String, of topic: SNSTopic) async throws(Failure) {
        let query = [("Action", "ConfirmSubscription"), ("TopicArn", topic.arn), ("Token", token), ("Version", "2010-03-31")]
        _ = try await get(base(topic) + "/?" + query.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&"), http)
    }

    private func base(_ topic: SNSTopic) -> String { endpoint ?? "https://\(topic.host)" }

    private func get(_ url: String, _ transport: HTTPTransport) async throws(Failure) -> [UInt8] {
        let request = HTTPRequest(method: "GET", url: url, timeout: Self.timeout, maximumResponseBytes: 65_536)
        guard case .response(let response) = await transport.send(request) else { throw .unavailable }
        switch response.status {
        case 200: return response.body
        case 400..<500 where response.status != 408 && response.status != 429: throw .refused(status: response.status)
        default: throw .unavailable
        }
    }
}
