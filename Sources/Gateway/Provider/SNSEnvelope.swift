import Cryptography
import JSON
import Model

/// A message of Amazon SNS as it is posted to an HTTP endpoint; nothing in it is trusted before its signature is checked.
struct SNSEnvelope: Sendable {
    enum Kind: String, Sendable {
        case notification = "Notification"
        case subscriptionConfirmation = "SubscriptionConfirmation"
        case unsubscribeConfirmation = "UnsubscribeConfirmation"
    }

    /// Why it is refused, in words that tell a stranger nothing.
    struct Refusal: Error, Equatable {
        var message: String
    }

    let kind: Kind
    let messageID: String
    let topic: SNSTopic
    let message: String
    let timestamp: Timestamp
    /// What stands in `SubscribeURL`'s place of a confirmation call; empty in notifications.
    let token: String
    let certificatePath: String
    let digest: Certificate.SignatureDigest
    let signature: [UInt8]
    /// The text that the signature covers (AWS, "Verifying the signatures of Amazon SNS messages").
    let signedText: [UInt8]

    init(_ value: JSONValue) throws(Refusal) {
        guard let kind = value["Type"]?.stringValue.flatMap(Kind.init(rawValue:)) else {
            throw Refusal(message: "unsupported SNS message type")
        }
        self.kind = kind
        let fields = Fields(value)
        messageID = try fields.text("MessageId")
        message = try fields.text("Message")
        guard let topic = SNSTopic(arn: try fields.text("TopicArn")) else { throw Refusal(message: "TopicArn is not an SNS topic") }
        self.topic = topic
        guard let timestamp = Timestamp(iso8601: try fields.text("Timestamp")) else { throw Refusal(message: "Timestamp is not a time") }
        self.timestamp = timestamp
        switch try fields.text("SignatureVersion") {
        case "1": digest = .sha1
        case "2": digest = .sha256
        default: throw Refusal(message: "unsupported signature version")
        }
        guard let signature = Base64.standard.decode(try fields.text("Signature")), !signature.isEmpty else {
            throw Refusal(message: "Signature is not base64")
        }
        self.signature = signature
        certificatePath = try Self.certificatePath(try fields.text("SigningCertURL"), topic)
        token = kind == .notification ? "" : try fields.text("Token")
        signedText = try Self.signedText(kind, fields)
    }

    /// The path on the topic's own SNS host; anything else, however similar, is refused.
    private static func certificatePath(_ url: String, _ topic: SNSTopic) throws(Refusal) -> String {
        let origin = "https://\(topic.host)"
        let prefix = "/SimpleNotificationService-"
        let path = url.dropFirst(origin.count)
        let name = path.dropFirst(prefix.count).dropLast(4)
        guard url.hasPrefix(origin), path.hasPrefix(prefix), path.hasSuffix(".pem"), name.utf8.count == 32,
            name.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { throw Refusal(message: "SigningCertURL is not a certificate of the topic's SNS host") }
        return String(path)
    }

    private static func signedText(_ kind: Kind, _ fields: Fields) throws(Refusal) -> [UInt8] {
        let names: [String]
        switch kind {
        // A subject that is there but empty is signed too.
        case .notification: names = ["Message", "MessageId"] + (fields.has("Subject") ? ["Subject"] : []) + ["Timestamp", "TopicArn", "Type"]
        case .subscriptionConfirmation, .unsubscribeConfirmation:
            names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        }
        var text: [UInt8] = []
        for name in names { text += "\(name)\n\(try fields.text(name))\n".utf8 }
        return text
    }

    /// The members, all of which are strings.
    private struct Fields {
        private let value: JSONValue

        init(_ value: JSONValue) { self.value = value }

        func has(_ name: String) -> Bool { value[name].map { $0 != .null } ?? false }

        func text(_ name: String) throws(Refusal) -> String {
            guard let text = value[name]?.stringValue else { throw Refusal(message: "\(name) is missing") }
            return text
        }
    }
}
