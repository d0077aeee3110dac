import Cryptography
import HTTPTransport
import Model
import Synchronization

/// Signed calls to SES.
///
/// A call that AWS refused for its credentials or clock is made once more with better ones, because a refusal proves
/// that nothing was done; nothing else is ever repeated.
final class SESClient: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var body: [UInt8] = []
        var timeout: Duration
    }

    /// Credentials, signature or clock were refused.
    struct Refusal: Sendable {
        /// The server's `Date` header.
        var date: String?
    }

    enum Outcome: Sendable {
        case exchange(HTTPExchange)
        case tooLate
        case noCredentials(AWSCredentialFailure)
    }

    private let endpoint: SESEndpoint
    private let credentials: AWSCredentialChain
    private let http: HTTPTransport
    private let signer: SigV4Signer
    /// Microseconds to add to this machine's clock; learnt from refusals only.
    private let clockOffset = Mutex<Int64>(0)

    init(region: String, endpoint: SESEndpoint, credentials: AWSCredentialChain, http: HTTPTransport) {
        self.endpoint = endpoint
        self.credentials = credentials
        self.http = http
        signer = SigV4Signer(region: region, service: "ses")
    }

    func send(_ request: Request, isInTime: () -> Bool, refusal: (HTTPExchange) -> Refusal?) async -> Outcome {
        do {
            let hash = SHA256.hexadecimalHash(request.body)
            let first = try await credentials.credentials()
            guard isInTime() else { return .tooLate }
            let exchange = await http.send(signed(request, hash, first))
            guard let refused = refusal(exchange) else { return .exchange(exchange) }
            let isClockChanged = learnClock(refused.date)
            let second = try await credentials.replace(first)
            guard isClockChanged || second != first else { return .exchange(exchange) }
            guard isInTime() else { return .tooLate }
            return .exchange(await http.send(signed(request, hash, second)))
        } catch {
            return .noCredentials(error)
        }
    }

    private func signed(_ request: Request, _ hash: String, _ credentials: AWSCredentials) -> HTTPRequest {
        var headers: [HTTPRequest.Header] = []
        if !request.body.isEmpty { headers.append((name: "Content-Type", value: "application/json")) }
        let toSign = SigV4Request(
            method: request.method,
            host: endpoint.host,
            path: endpoint.pathPrefix + request.path,
            headers: headers,
            bodyHash: hash
        )
        let moment = Timestamp(microseconds: Timestamp.now().microseconds + clockOffset.withLock { $0 })
        headers += signer.headers(for: toSign, credentials: credentials, at: moment)
        return HTTPRequest(
            method: request.method,
            url: endpoint.base + request.path,
            headers: headers,
            body: request.body,
            timeout: request.timeout,
            maximumResponseBytes: 1 << 16
        )
    }

    /// Follows the server's clock when the clock that was used is more than half a minute off; true when that changes something.
    private func learnClock(_ date: String?) -> Bool {
        guard let date, let server = AWSDate.httpDate(date) else { return false }
        let measured = server.microseconds - Timestamp.now().microseconds
        return clockOffset.withLock { offset in
            guard abs(measured - offset) > 30_000_000 else { return false }
            offset = measured
            return true
        }
    }
}
