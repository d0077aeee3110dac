import Cryptography

/// Seals secrets of clients for the database (AES-256-GCM), with keys derived from the token keys.
///
/// A box is the key's id (1 byte) and what ``AESGCM`` makes. Each is bound to the place where it is kept: moved to another row it does not
/// open. A box opens for as long as its key stays in the key file.
package struct SecretSealer: Sendable {
    package enum Failure: Error, Sendable, Equatable {
        /// The key that sealed it is no longer in the key file.
        case unknownKey(UInt8)
        /// It was changed, or it belongs elsewhere.
        case broken
    }

    private let keys: TokenKeys

    package init(keys: TokenKeys) { self.keys = keys }

    /// - Parameter place: what it belongs to, for example `endpoint:7`.
    package func seal(_ secret: some Collection<UInt8>, place: String) throws -> [UInt8] {
        let id = keys.currentKeyID
        guard let key = keys.sealingKey(id: id) else { throw Failure.unknownKey(id) }
        return [id] + (try AESGCM.seal(secret, key: key, authenticated: Array(place.utf8)))
    }

    package func open(_ box: [UInt8], place: String) throws(Failure) -> [UInt8] {
        guard let id = box.first else { throw .broken }
        guard let key = keys.sealingKey(id: id) else { throw .unknownKey(id) }
        do {
            return try AESGCM.open(box.dropFirst(), key: key, authenticated: Array(place.utf8))
        } catch {
            throw .broken
        }
    }
}
