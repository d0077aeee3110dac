import HTTPTransport
import Testing

@testable import DeliveryService

@Suite("What an answer of SES means")
struct SESAnswerTests {
    private func answer(_ status: Int, code: String = "", body: String = "") -> SESAnswer {
        let headers: [HTTPRequest.Header] = code.isEmpty ? [] : [(name: "x-amzn-errortype", value: code)]
        return SESAnswer(.response(HTTPResponse(status: status, headers: headers, body: Array(body.utf8))))
    }

    private func kind(_ answer: SESAnswer) -> String {
        switch answer {
        case .forbidden: "forbidden"
        case .end(.accepted(let id)): "accepted \(id)"
        case .end(.refused): "refused"
        case .end(.unknown): "unknown"
        case .end(.notSent(_, .message)): "message"
        case .end(.notSent(_, .late)): "late"
        case .end(.notSent(_, .throttle)): "throttle"
        case .end(.notSent(_, .account(let seconds))): "account \(seconds)"
        case .end(.notSent(_, .suspended(let seconds))): "suspended \(seconds)"
        case .end(.notSent(_, .sender(let seconds))): "sender \(seconds)"
        }
    }

    @Test(
        "each status and code of the table has its consequence",
        arguments: [
            (200, "", #"{"MessageId":"0100-1"}"#, "accepted 0100-1"), (200, "", "<html>", "unknown"), (200, "", "{}", "unknown"),
            (200, "", #"{"MessageId":""}"#, "unknown"),
            (429, "TooManyRequestsException:http://x", #"{"message":"Maximum sending rate exceeded."}"#, "throttle"),
            (429, "", #"{"message":"Maximum sending rate exceeded."}"#, "throttle"),
            (429, "TooManyRequestsException", #"{"message":"Daily message quota exceeded."}"#, "account 600"),
            (400, "Throttling", "{}", "throttle"), (400, "aws#ThrottlingException", "{}", "throttle"),
            (400, "LimitExceededException", "{}", "suspended 60"), (400, "AccountSuspendedException", "{}", "suspended 60"),
            (400, "SendingPausedException", "{}", "suspended 60"), (400, "MailFromDomainNotVerifiedException", "{}", "sender 60"),
            (404, "NotFoundException", "{}", "suspended 60"), (404, "", "", "suspended 60"),
            (400, "MessageRejected", #"{"message":"Email address is not verified."}"#, "refused"),
            (400, "BadRequestException", "{}", "refused"),
            (400, "", #"{"__type":"com.amazonaws#SendingPausedException"}"#, "suspended 60"), (413, "", "", "refused"),
            (403, "SignatureDoesNotMatch", "{}", "forbidden"), (403, "", "", "forbidden"),
            (400, "ExpiredTokenException", "{}", "forbidden"),
            (503, "ServiceUnavailable", "{}", "message"), (500, "InternalServiceErrorException", "{}", "unknown"), (502, "", "", "unknown"),
            (504, "", "", "unknown"), (500, "ThrottlingException", "{}", "unknown"), (301, "", "", "account 60"),
        ]
    )
    func table(status: Int, code: String, body: String, expected: String) {
        #expect(kind(answer(status, code: code, body: body)) == expected)
    }

    @Test(
        "without a whole answer only what is proven counts",
        arguments: [
            (HTTPFailure.Reason.connectionLost, HTTPDelivery.ambiguous, "unknown"), (.timedOut, .ambiguous, "unknown"),
            (.resendPrevented, .ambiguous, "unknown"), (.connect, .notSent, "account 15"), (.nameLookup, .notSent, "account 15"),
            (.tls, .notSent, "account 15"), (.connectionLost, .notSent, "message"), (.busy, .notSent, "message"),
            (.connectionLost, .acceptedWithoutBody(status: 200), "accepted "),
            (.responseTooLarge, .acceptedWithoutBody(status: 200), "accepted "),
            (.connectionLost, .acceptedWithoutBody(status: 500), "unknown"),
            (.connectionLost, .acceptedWithoutBody(status: 503), "message"),
            (.connectionLost, .acceptedWithoutBody(status: 429), "throttle"),
            (.connectionLost, .acceptedWithoutBody(status: 400), "message"),
            (.connectionLost, .acceptedWithoutBody(status: 403), "account 60"),
        ]
    )
    func failures(reason: HTTPFailure.Reason, delivery: HTTPDelivery, expected: String) {
        #expect(kind(SESAnswer(.failed(HTTPFailure(reason: reason, message: "x", delivery: delivery)))) == expected)
    }
}
