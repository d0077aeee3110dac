import HTTPTransport
import JSON

/// What an answer of SES, or its absence, says about one message.
enum SESAnswer: Sendable, Equatable {
    case end(SendResult)
    /// Not sent: the credentials, the signature or the clock were wrong. `date` is the server's.
    case forbidden(reason: String, date: String?)

    /// How long nothing is sent after a refusal that concerns the whole account.
    static let accountHold: Int64 = 60
    /// AWS advises up to ten minutes after the daily quota is used up.
    static let quotaHold: Int64 = 600
    /// While SES cannot be reached at all.
    static let outageHold: Int64 = 15

    init(_ exchange: HTTPExchange) {
        switch exchange {
        case .response(let response): self = Self.read(SESError(response), response)
        case .failed(let failure): self = .end(Self.failed(failure))
        }
    }

    private static func read(_ error: SESError, _ response: HTTPResponse) -> Self {
        if (200..<300).contains(response.status) {
            let id = (try? JSONValue.parse(response.body))?["MessageId"]?.stringValue
            guard let id, !id.isEmpty else { return .end(.unknown(reason: "SES answered \(response.status) with no message id")) }
            return .end(.accepted(messageID: id))
        }
        if error.concernsCredentials { return .forbidden(reason: error.text, date: response.header("Date")) }
        return .end(refusal(error))
    }

    /// The table of errors: which prove that nothing was sent, and what waits because of them.
    private static func refusal(_ error: SESError) -> SendResult {
        if error.isThrottling {
            if error.isDailyQuota { return .notSent(reason: error.text, hold: .account(seconds: quotaHold)) }
            return .notSent(reason: error.text, hold: .throttle)
        }
        if error.concernsSender { return .notSent(reason: error.text, hold: .sender(seconds: accountHold)) }
        if error.concernsAccount { return .notSent(reason: error.text, hold: .suspended(seconds: accountHold)) }
        switch error.status {
        case 503, 408, 409: return .notSent(reason: error.text, hold: .message(seconds: 5))
        case 400..<500: return .refused(reason: error.text)
        case 300..<400: return .notSent(reason: error.text, hold: .account(seconds: accountHold))
        // 500, 502, 504 and whatever else a server or something between may say: SES may have taken it.
        default: return .unknown(reason: error.text)
        }
    }

    private static func failed(_ failure: HTTPFailure) -> SendResult {
        let reason = "\(failure)"
        switch failure.delivery {
        case .ambiguous: return .unknown(reason: reason)
        case .acceptedWithoutBody(let status): return withoutBody(status, reason)
        case .notSent:
            switch failure.reason {
            case .nameLookup, .connect, .tls: return .notSent(reason: reason, hold: .account(seconds: outageHold))
            case .malformedRequest: return .notSent(reason: reason, hold: .account(seconds: accountHold))
            default: return .notSent(reason: reason, hold: .message(seconds: 5))
            }
        }
    }

    /// The status came and the body was lost: a refusal stays one, but not why, so it is never taken as final.
    private static func withoutBody(_ status: Int, _ reason: String) -> SendResult {
        switch status {
        case 200..<300: .accepted(messageID: "")
        case 429: .notSent(reason: reason, hold: .throttle)
        case 401, 403, 404: .notSent(reason: reason, hold: .account(seconds: accountHold))
        case 300..<500, 503: .notSent(reason: reason, hold: .message(seconds: 5))
        default: .unknown(reason: reason)
        }
    }
}
