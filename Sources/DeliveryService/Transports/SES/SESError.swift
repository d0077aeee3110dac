import HTTPTransport
import JSON

/// An error answer: its status, code and message.
///
/// The code is in `x-amzn-ErrorType`, else in the body (reference 2.1).
struct SESError: Sendable, Equatable {
    var status: Int
    var code: String
    var message: String

    init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    init(_ response: HTTPResponse) {
        let body = (200..<300).contains(response.status) ? nil : try? JSONValue.parse(response.body)
        let code = response.header("x-amzn-ErrorType") ?? body?["__type"]?.stringValue ?? body?["code"]?.stringValue ?? ""
        let message = body?["message"]?.stringValue ?? body?["Message"]?.stringValue ?? ""
        self.init(status: response.status, code: Self.bare(code), message: message)
    }

    /// `aws.api#Throttled:http://…` is `Throttled`.
    private static func bare(_ code: String) -> String {
        let cut = code.prefix { $0 != ":" }
        return String(cut.split(separator: "#").last ?? "")
    }

    /// For the ledger and people.
    var text: String {
        let start = "SES \(status)" + (code.isEmpty ? "" : " \(code)")
        return message.isEmpty ? start : "\(start): \(message)"
    }

    private static let throttlingCodes: Set<String> = ["TooManyRequestsException", "Throttling", "ThrottlingException"]

    /// The request was too much for the second or for the day.
    var isThrottling: Bool { status == 429 || status < 500 && Self.throttlingCodes.contains(code) }

    var isDailyQuota: Bool {
        let text = message.lowercased()
        return text.contains("daily") && text.contains("quota")
    }

    private static let accountCodes: Set<String> = [
        "LimitExceededException", "AccountSuspendedException", "SendingPausedException", "NotFoundException",
    ]

    /// Nothing can be sent until somebody changes the account or the configuration.
    var concernsAccount: Bool { status == 404 || status < 500 && Self.accountCodes.contains(code) }

    /// The domain of one sender is not set up; other senders of the account are not concerned.
    var concernsSender: Bool { status < 500 && code == "MailFromDomainNotVerifiedException" }

    private static let credentialCodes: Set<String> = [
        "AccessDeniedException", "AccessDenied", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
        "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "UnrecognizedClientException",
    ]

    var concernsCredentials: Bool {
        status == 401 || status == 403 || status < 500 && Self.credentialCodes.contains(code)
    }
}
