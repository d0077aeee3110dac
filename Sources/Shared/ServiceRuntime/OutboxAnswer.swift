import JSON
import JSONRPC

/// What became of one attempt to push an item.
package enum OutboxAnswer: Sendable, Equatable {
    /// Applied; the result's JSON text.
    case done(String)
    /// A failure that the method's contract declares: the same call would fail in the same way again.
    case declined(String)
    /// The destination understood the call and will not have it: repeating is unlikely to help.
    case refused(String)
    /// The destination broke while it answered.
    case failed(String)
    /// The destination cannot be reached now.
    case away(String)

    package init<Failure: RPCFailure>(_ error: RPCCallError<Failure>) {
        switch error {
        case .failed(let failure): self = .declined("declared failure \(failure.kind)\(Self.detail(failure))")
        case .unavailable(let reason, _): self = .away(reason)
        case .timedOut: self = .away("timed out")
        case .cancelled: self = .away("cancelled")
        case .refused(let code, let message): self = OutboxAnswer(code: code, message: message)
        case .protocolViolation(let reason): self = .failed(reason)
        }
    }

    /// By an error object's code (JSON-RPC 2.0 section 5.1).
    ///
    /// - Parameter detail: what stands behind a declared failure, with a space before it.
    init(code: Int, message: String, detail: String = "") {
        switch RPCErrorCode(rawValue: code) {
        case .parseError, .invalidParams, .methodNotFound, .invalidRequest, .lineTooLong, .tooDeep, .notAllowed, .answerTooLong:
            self = .refused("\(code) \(message)")
        case .internalError: self = .failed("\(code) \(message)")
        default:
            let isProtocol = (-32768 ... -32000).contains(code)
            self = isProtocol ? .away("\(code) \(message)") : .declined("declared failure \(message)\(detail)")
        }
    }

    /// By a raw answer: either the result or the error object.
    init(result: ArraySlice<UInt8>?, error: ArraySlice<UInt8>?) {
        if let result {
            self = .done(String(decoding: result, as: UTF8.self))
            return
        }
        guard let error, let object = try? JSONValue.parse(error), let code = object["code"]?.int64Value else {
            self = .failed("the answer has neither a result nor an error")
            return
        }
        let detail = Self.detail(object["data"]?["failure"])
        self = OutboxAnswer(code: Int(clamping: code), message: object["message"]?.stringValue ?? "", detail: detail)
    }

    private static func detail(_ failure: some RPCFailure) -> String {
        var writer = JSONWriter()
        guard (try? failure.write(to: &writer)) != nil else { return "" }
        return detail(try? JSONValue.parse(writer.bytes))
    }

    /// What an object says beside its kind; a failure that is a word only says nothing more.
    private static func detail(_ failure: JSONValue?) -> String { failure?.objectValue == nil ? "" : " \(failure?.text ?? "")" }
}
