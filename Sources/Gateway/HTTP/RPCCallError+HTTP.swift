import Contracts
import JSONRPC

extension RPCCallError where Failure == ValidationFailure {
    /// The HTTP answer to a call that failed.
    var apiError: APIError {
        switch self {
        case .failed(let failure): .validation(failure)
        default: transportError
        }
    }
}

extension RPCCallError {
    /// The HTTP answer when it is not the method's own failure.
    ///
    /// 503 while something is away, 413 for a request that does not fit into a call, 500 for what should not happen.
    var transportError: APIError {
        switch self {
        case .unavailable, .timedOut, .cancelled: .unavailable
        case .refused(code: RPCErrorCode.lineTooLong.rawValue, _): .requestTooLarge
        case .failed, .refused, .protocolViolation: .internal(String(UInt64.random(in: .min ... .max), radix: 16))
        }
    }
}
