import HTTPTransport

/// What an attempt to deliver came to.
struct AttemptResult: Sendable, Equatable {
    static let maximumResponse = 1_000

    var succeeded: Bool
    /// 0 when no answer came.
    var status = 0
    var error = ""
    var response = ""
    /// The receiver says that it is gone for good (410).
    var isGone = false
    /// Repeating cannot help, for example an address that the receiver does not take.
    var isHopeless = false
    /// Whether the endpoint itself works, though this delivery may not.
    var isHealthy: Bool
    /// Seconds for which the receiver wants no requests at all.
    var pause: Double = 0
    /// Cut off because the process ends; nothing is recorded.
    var isCancelled = false

    init(succeeded: Bool, status: Int = 0, error: String = "") {
        self.succeeded = succeeded
        self.status = status
        self.error = error
        isHealthy = succeeded
    }

    /// 2xx is success; 3xx is a failure too, because nothing is followed; 410 ends the endpoint; 429 and 503 may ask for a pause.
    init(_ exchange: HTTPExchange) {
        switch exchange {
        case .response(let response):
            self.init(status: response.status)
            self.response = Self.text(response.body)
            if [429, 502, 503, 504].contains(response.status) { pause = RetrySchedule.retryAfter(response) ?? 0 }
        case .failed(let failure):
            if case .acceptedWithoutBody(let status) = failure.delivery {
                self.init(status: status)
            } else {
                self.init(succeeded: false, error: "\(failure.reason.rawValue): \(failure.message)")
                isCancelled = failure.reason == .cancelled
            }
        }
    }

    private init(status: Int) {
        let isSuccess = (200..<300).contains(status)
        self.init(succeeded: isSuccess, status: status, error: isSuccess ? "" : "status \(status)")
        isGone = status == 410
        isHopeless = isGone
    }

    /// The beginning of a body as text that Postgres can hold.
    static func text(_ body: [UInt8]) -> String {
        String(decoding: body.prefix(maximumResponse), as: UTF8.self).filter { $0 != "\0" }
    }
}
