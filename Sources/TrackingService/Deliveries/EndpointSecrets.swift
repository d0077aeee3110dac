import Logging
import Tokens

/// Seals and opens the secrets of endpoints, each bound to its row.
struct EndpointSecrets: Sendable {
    private let sealer: SecretSealer

    init(keys: TokenKeys) { sealer = SecretSealer(keys: keys) }

    /// nil, with a line in the log, when the key file cannot be read: events are recorded all the same.
    static func load(path: String, logger: Logger) -> EndpointSecrets? {
        do {
            return EndpointSecrets(keys: try TokenKeys.load(path: path))
        } catch {
            logger.warning("no webhooks without the key file", metadata: ["error": "\(error)"])
            return nil
        }
    }

    func seal(_ secret: some Collection<UInt8>, endpoint: Int64) throws -> [UInt8] { try sealer.seal(secret, place: "endpoint:\(endpoint)") }

    func open(_ box: [UInt8], endpoint: Int64) -> [UInt8]? { try? sealer.open(box, place: "endpoint:\(endpoint)") }
}
