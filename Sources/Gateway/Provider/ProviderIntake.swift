import Contracts
import Cryptography
import Foundation
import HTTPTypes
import JSON
import JSONRPC
import Logging
import Model

/// Takes what SNS posts: checks it, and has Delivery keep it before SNS hears that it arrived.
struct ProviderIntake: Sendable {
    /// SNS gives up after an hour; a day leaves room for what an operator sends again.
    static let oldest = Duration.seconds(24 * 3_600)
    static let newest = Duration.seconds(15 * 60)

    enum Outcome: String, Sendable {
        case accepted, confirmed, ignored
    }

    private let topics: Set<SNSTopic>
    private let client: SNSClient
    private let certificates: SNSCertificates
    private let logger: Logger
    private let now: @Sendable () -> Timestamp

    init(_ configuration: ProviderConfiguration, logger: Logger, now: @escaping @Sendable () -> Timestamp = { .now() }) throws {
        topics = configuration.topics
        client = SNSClient(endpoint: configuration.endpoint)
        certificates = SNSCertificates(
            client: client,
            authorities: try Self.authorities(configuration.authoritiesFile),
            logger: logger,
            now: now
        )
        self.logger = logger
        self.now = now
    }

    private static func authorities(_ file: String?) throws -> CertificateAuthorities {
        guard let file else { return try CertificateAuthorities() }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8), let roots = try? Certificate.parse(pem: text) else {
            throw GatewayConfiguration.Invalid(description: "DATAMAILER_SNS_AUTHORITIES_FILE: \(file) has no PEM certificates")
        }
        return try CertificateAuthorities(roots)
    }

    /// Checks a message and acts on it; it is durable, or the subscription confirmed, when this returns.
    func receive(_ body: some Collection<UInt8>, _ delivery: any RPCCaller) async throws(APIError) -> Outcome {
        let envelope = try await checked(body)
        switch envelope.kind {
        case .notification:
            do {
                _ = try await delivery.call(EnqueueProviderEvents(bodies: [Self.queueBody(envelope)]))
                return .accepted
            } catch {
                throw error.transportError
            }
        case .subscriptionConfirmation:
            do {
                try await client.confirm(envelope.token, of: envelope.topic)
            } catch {
                logger.warning("an SNS subscription was not confirmed", metadata: ["topic": "\(envelope.topic.arn)", "reason": "\(error)"])
                throw .unavailable
            }
            logger.notice("an SNS subscription was confirmed", metadata: ["topic": "\(envelope.topic.arn)"])
            return .confirmed
        case .unsubscribeConfirmation:
            logger.warning("SNS no longer notifies this endpoint", metadata: ["topic": "\(envelope.topic.arn)"])
            return .ignored
        }
    }

    private func checked(_ body: some Collection<UInt8>) async throws(APIError) -> SNSEnvelope {
        guard let value = try? JSONValue.parse(body), value.objectValue != nil else { throw Self.refusal("the body is not a JSON object") }
        let envelope: SNSEnvelope
        do {
            envelope = try SNSEnvelope(value)
        } catch {
            throw Self.refusal(error.message)
        }
        // Anybody can own a topic and have AWS sign messages for it.
        guard topics.contains(envelope.topic) else {
            logger.warning("a message of a foreign SNS topic was refused", metadata: ["topic": "\(envelope.topic.arn)"])
            throw Self.refusal("the topic is not allowed")
        }
        let moment = now()
        guard envelope.timestamp > moment.adding(.zero - Self.oldest), envelope.timestamp < moment.adding(Self.newest) else {
            throw Self.refusal("the message is too old or from the future")
        }
        try await checkSignature(envelope)
        return envelope
    }

    private func checkSignature(_ envelope: SNSEnvelope) async throws(APIError) {
        let certificate: Certificate
        do {
            certificate = try await certificates.certificate(envelope.certificatePath, of: envelope.topic)
        } catch {
            switch error {
            case .untrusted: throw Self.refusal("the signing certificate is not trusted")
            case .unavailable: throw .unavailable
            }
        }
        guard certificate.isValidSignature(envelope.signature, of: envelope.signedText, digest: envelope.digest) else {
            logger.warning("an SNS message with a wrong signature was refused", metadata: ["topic": "\(envelope.topic.arn)"])
            throw Self.refusal("the signature does not match")
        }
    }

    /// What stays of the envelope once it is verified, in SNS' own form.
    private static func queueBody(_ envelope: SNSEnvelope) -> String {
        let value: JSONValue = [
            "Type": .string(envelope.kind.rawValue), "MessageId": .string(envelope.messageID), "TopicArn": .string(envelope.topic.arn),
            "Timestamp": .string(envelope.timestamp.iso8601), "Message": .string(envelope.message),
        ]
        return value.text
    }

    private static func refusal(_ message: String) -> APIError {
        APIError(status: .badRequest, error: ["code": "invalid_sns_message", "message": .string(message)])
    }
}
