import Cryptography
import Logging
import Model
import Synchronization

/// The certificates that SNS signs with: fetched from the topic's own host, trusted by their chain and name, remembered for a day.
final class SNSCertificates: Sendable {
    static let memory = Duration.seconds(24 * 3_600)
    static let capacity = 64
    /// Fetches at once, and how soon the next is possible: a stranger's message can name certificates that do not exist.
    static let burst = 20
    static let refill = Duration.seconds(2)

    enum Failure: Error, Equatable, Sendable {
        case untrusted(String)
        case unavailable
    }

    private struct Known {
        var certificate: Certificate
        var until: Timestamp
    }

    private struct State {
        var known: [String: Known] = [:]
        var fetches: [ContinuousClock.Instant] = []
    }

    private let client: SNSClient
    private let authorities: CertificateAuthorities
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state = Mutex(State())

    init(client: SNSClient, authorities: CertificateAuthorities, logger: Logger, now: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.client = client
        self.authorities = authorities
        self.logger = logger
        self.now = now
    }

    /// A certificate that is valid now, names the topic's SNS host, and leads to a trusted authority.
    func certificate(_ path: String, of topic: SNSTopic) async throws(Failure) -> Certificate {
        let name = topic.host + path
        let moment = now()
        let remembered = state.withLock { $0.known[name].flatMap { $0.until > moment ? $0.certificate : nil } }
        if let remembered, remembered.isValid(atUnixTime: Int(moment.microseconds / 1_000_000)) { return remembered }
        guard mayFetch() else { throw .unavailable }
        let found: Certificate
        do {
            found = try await verified(try await client.certificate(path, of: topic), topic, moment)
        } catch let failure as Failure {
            logger.warning("a signing certificate of SNS is not used", metadata: ["url": "https://\(name)", "reason": "\(failure)"])
            throw failure
        } catch let failure as SNSClient.Failure {
            logger.warning("a signing certificate of SNS cannot be fetched", metadata: ["url": "https://\(name)", "reason": "\(failure)"])
            throw failure == .unavailable ? .unavailable : .untrusted("there is no such certificate")
        } catch {
            throw .untrusted("not a certificate")
        }
        state.withLock { state in
            if state.known.count >= Self.capacity { state.known.removeAll() }
            state.known[name] = Known(certificate: found, until: moment.adding(Self.memory))
        }
        return found
    }

    /// SNS publishes the leaf alone, so what stands between it and the authority is fetched from where the certificates themselves say.
    private func verified(_ pem: String, _ topic: SNSTopic, _ moment: Timestamp) async throws -> Certificate {
        let all = try Certificate.parse(pem: pem)
        let leaf = all[0]
        var intermediates = Array(all.dropFirst())
        var reason = Self.fault(leaf, intermediates, topic, moment, authorities)
        var last = intermediates.last ?? leaf
        for _ in 0..<3 where reason != nil {
            guard let url = last.issuerURLs.first else { break }
            last = try Self.certificate(try await client.issuer(url))
            intermediates.append(last)
            reason = Self.fault(leaf, intermediates, topic, moment, authorities)
        }
        if let reason { throw Failure.untrusted(reason) }
        return leaf
    }

    private static func certificate(_ bytes: [UInt8]) throws -> Certificate {
        if let certificate = try? Certificate(der: bytes) { return certificate }
        return try Certificate(pem: String(decoding: bytes, as: UTF8.self))
    }

    /// Certificates of SNS name their region's host or all of SNS.
    private static func fault(
        _ leaf: Certificate,
        _ intermediates: [Certificate],
        _ topic: SNSTopic,
        _ moment: Timestamp,
        _ authorities: CertificateAuthorities
    ) -> String? {
        let host = leaf.matches(host: topic.host) ? topic.host : "sns.amazonaws.com"
        do {
            try authorities.verify(leaf, intermediates: intermediates, host: host, atUnixTime: Int(moment.microseconds / 1_000_000))
            return nil
        } catch {
            return error.description
        }
    }

    private func mayFetch() -> Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            state.fetches.removeAll { now - $0 > Self.refill * Self.burst }
            guard state.fetches.count < Self.burst else { return false }
            state.fetches.append(now)
            return true
        }
    }
}
