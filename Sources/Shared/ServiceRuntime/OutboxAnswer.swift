import JSON
import JSONRPC

/// What became of one attempt to push an item.
package enum OutboxAnswer: Sendable, Equatable {
    /// Applied; the result's JSON text.
    case done(String)
    /// The destination understood the call and will not have it: repeating is unlikely to help.
    case refused(String)
    /// The destination broke while it answered.
    case failed(String)
    /// The destination cannot be reached now.
    case away(String)

    package init<Failure: RPCFailure>(_ error: RPCCallError<Failure>) {
        switch error {
        case .failed(let failure): self = .refused("declared failure \(failure.kind)")
        case .unavailable(let reason, _): self = .away(reason)
        case .timedOut: self = .away("timed out")
        case .cancelled: self = .away("cancelled")
        case .refused(let code, let message): self = OutboxAnswer(code: code, message: message)
        case .protocolViolation(let reason): self = .failed(reason)
        }
    }

    /// By an error object's code (JSON-RPC 2.0 section 5.1).
    init(code: Int, message: String) {
        switch code {
        case -32700, -32602, -32601, -32600: self = .refused("\(code) \(message)")
        case -32603: self = .failed("\(code) \(message)")
        case -32768 ... -32000: self = .away("\(code) \(message)")
        default: self = .refused("declared failure \(code) \(message)")
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
        self = OutboxAnswer(code: Int(clamping: code), message: object["message"]?.stringValue ?? "")
    }
}
