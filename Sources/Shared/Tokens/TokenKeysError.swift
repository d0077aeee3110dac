/// Why the token keys cannot be used; never carries a secret.
package enum TokenKeysError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case duplicateID(UInt8)
    case wrongSecretLength(id: UInt8)
    /// A line that is not `keyid:base64`; lines count from 1.
    case malformedLine(Int)
    case fileTooLarge(path: String)
    /// A system call on the file failed, with its error number.
    case file(path: String, operation: String, errorNumber: Int32, reason: String)

    package var description: String {
        switch self {
        case .empty: "the token key file holds no key"
        case .duplicateID(let id): "the token key file has two keys with the id \(id)"
        case .wrongSecretLength(let id): "the token key \(id) is not 32 bytes long"
        case .malformedLine(let line): "line \(line) of the token key file is not keyid:base64 with an id from 0 to 255"
        case .fileTooLarge(let path): "the token key file \(path) is larger than 64 KiB"
        case .file(let path, let operation, _, let reason): "cannot \(operation) the token key file \(path): \(reason)"
        }
    }
}
