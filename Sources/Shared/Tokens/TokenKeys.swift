import Cryptography

/// The secrets that sign and verify tokens: key id to 32 bytes, the first is the current one.
///
/// New tokens are signed with the current key; the others go on verifying what is in mailboxes already.
package final class TokenKeys: Sendable {
    /// The length of a secret, in bytes.
    package static let secretByteCount = 32

    /// The id of the key that signs.
    package let currentKeyID: UInt8
    /// Indexed by key id, then by the purpose's place in `TokenPurpose.allCases`.
    private let purposeKeys: [[HMACSHA256.Key]?]
    /// By key id.
    private let sealingKeys: [UInt8: [UInt8]]

    /// Takes at least one secret of 32 bytes each, with distinct ids.
    package init(_ secrets: [(id: UInt8, secret: [UInt8])]) throws(TokenKeysError) {
        guard let current = secrets.first else { throw .empty }
        currentKeyID = current.id
        var keys = [[HMACSHA256.Key]?](repeating: nil, count: 256)
        for (id, secret) in secrets {
            guard secret.count == Self.secretByteCount else { throw .wrongSecretLength(id: id) }
            guard keys[Int(id)] == nil else { throw .duplicateID(id) }
            keys[Int(id)] = TokenPurpose.allCases.map { purpose in
                HMACSHA256.Key(HKDFSHA256.deriveKey(from: secret, info: "datamailer token v1 \(purpose.rawValue)".utf8))
            }
        }
        purposeKeys = keys
        sealingKeys = Dictionary(
            uniqueKeysWithValues: secrets.map { ($0.id, HKDFSHA256.deriveKey(from: $0.secret, info: "datamailer secrets v1".utf8)) }
        )
    }

    /// The derived key that seals stored secrets (``SecretSealer``); nil when no secret has the id.
    func sealingKey(id: UInt8) -> [UInt8]? { sealingKeys[id] }

    /// The derived key of one purpose; nil when no secret has the id.
    func key(id: UInt8, purpose: TokenPurpose) -> HMACSHA256.Key? {
        purposeKeys[Int(id)]?[purpose.index]
    }
}

extension TokenPurpose {
    /// The place in `allCases`.
    fileprivate var index: Int {
        switch self {
        case .open: 0
        case .click: 1
        case .unsubscribe: 2
        case .view: 3
        case .confirm: 4
        case .preferences: 5
        }
    }
}
