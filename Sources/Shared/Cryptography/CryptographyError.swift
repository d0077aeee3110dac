import COpenSSL

/// What went wrong in a cryptographic operation; never carries key or message bytes.
package enum CryptographyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A key, nonce or salt of the wrong length, or a parameter out of its range.
    case invalidParameter(String)
    /// The text is not in the format that it should be in.
    case malformed(String)
    /// The ciphertext or its additional data was changed, or the key is another one.
    case authenticationFailed
    /// Too many password hashes are waiting already.
    case busy
    /// OpenSSL refused, with its own reason.
    case failed(String)

    package var description: String {
        switch self {
        case .invalidParameter(let reason): "invalid parameter: \(reason)"
        case .malformed(let reason): "malformed: \(reason)"
        case .authenticationFailed: "authentication failed"
        case .busy: "too many password hashes are waiting"
        case .failed(let reason): "OpenSSL: \(reason)"
        }
    }

    /// Takes the reason from this thread's OpenSSL error queue and empties the queue.
    static func fromOpenSSL(_ operation: String) -> Self {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return .failed(operation) }
        return .failed("\(operation): \(String(cString: reason))")
    }
}
