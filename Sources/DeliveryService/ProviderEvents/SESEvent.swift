import JSON
import Model

/// Reads an event of SES: of a configuration set (`eventType`, with our tags) or of an identity (`notificationType`, without).
///
/// What is unknown in it is passed over; new members and types of the provider must not stop the known ones.
enum SESEvent {
    typealias Reading = IntakeReading<ProviderNotification>

    static func read(_ value: JSONValue, sourceID: String, receivedAt: Timestamp) throws(InvalidBody) -> Reading {
        guard let name = (value["eventType"] ?? value["notificationType"])?.stringValue else {
            throw InvalidBody(description: "no eventType and no notificationType")
        }
        guard let mail = value["mail"], let messageID = mail["messageId"]?.stringValue, !messageID.isEmpty else {
            throw InvalidBody(description: "mail.messageId: missing")
        }
        let sentAt = mail["timestamp"]?.stringValue.flatMap { Timestamp(iso8601: $0) } ?? receivedAt
        let message = Message(id: messageID, sentAt: sentAt, recipients: mail["destination"]?.texts ?? [])
        guard let events = events(name, value, message) else { return .ignored("\(name) events are not used") }
        let notification = ProviderNotification(
            sourceID: sourceID,
            messageTag: mail["tags"]?["m"]?.texts.first ?? "",
            providerMessageID: String(messageID.filter { $0 != "\0" }.prefix(250)),
            sentAt: sentAt,
            events: events
        )
        return .item(notification)
    }

    private struct Message {
        var id: String
        var sentAt: Timestamp
        var recipients: [String]
    }

    /// Nil for a type that says nothing about the delivery.
    private static func events(_ name: String, _ value: JSONValue, _ mail: Message) -> [ProviderEvent]? {
        switch name {
        case "Send": each(mail.recipients, "send", mail) { _ in (.sent, "") }
        case "Delivery": delivery(value["delivery"], mail)
        case "Bounce": bounce(value["bounce"], mail)
        case "Complaint": complaint(value["complaint"], mail)
        case "Reject":
            each(mail.recipients, "reject", mail) { _ in (.rejected, "Reject \(token(value["reject"]?["reason"]))") }
        case "Rendering Failure": each(mail.recipients, "failure", mail) { _ in (.rejected, "Rendering Failure") }
        case "DeliveryDelay": delay(value["deliveryDelay"], mail)
        default: nil
        }
    }

    private static func delivery(_ delivery: JSONValue?, _ mail: Message) -> [ProviderEvent] {
        let recipients = delivery?["recipients"]?.texts ?? []
        let time = timestamp(delivery)
        return each(recipients.isEmpty ? mail.recipients : recipients, "delivery", mail, at: time) { _ in (.delivered, "") }
    }

    private static func bounce(_ bounce: JSONValue?, _ mail: Message) -> [ProviderEvent] {
        let type = token(bounce?["bounceType"])
        let subtype = token(bounce?["bounceSubType"])
        let bounced = bounce?["bouncedRecipients"]?.arrayValue ?? []
        let statuses = Dictionary(
            bounced.map { (ProviderEvent.address($0["emailAddress"]?.stringValue ?? ""), token($0["status"])) },
            uniquingKeysWith: { first, _ in first }
        )
        return each(bounced.map { $0["emailAddress"]?.stringValue ?? "" }, "bounce", mail, at: timestamp(bounce), id: bounce?["feedbackId"]) {
            let status = statuses[$0] ?? ""
            let kind = BounceClassification.bounce(type: type, subtype: subtype, status: status)
            return (kind, "\(type)/\(subtype)" + (status.isEmpty ? "" : " \(status)"))
        }
    }

    private static func complaint(_ complaint: JSONValue?, _ mail: Message) -> [ProviderEvent] {
        let type = token(complaint?["complaintFeedbackType"])
        let subtype = token(complaint?["complaintSubType"])
        let recipients = (complaint?["complainedRecipients"]?.arrayValue ?? []).map { $0["emailAddress"]?.stringValue ?? "" }
        let kind = BounceClassification.complaint(feedbackType: type)
        let detail = [type, subtype].filter { !$0.isEmpty }.joined(separator: "/")
        return each(recipients, "complaint", mail, at: timestamp(complaint), id: complaint?["feedbackId"]) { _ in (kind, detail) }
    }

    private static func delay(_ delay: JSONValue?, _ mail: Message) -> [ProviderEvent] {
        let recipients = (delay?["delayedRecipients"]?.arrayValue ?? []).map { $0["emailAddress"]?.stringValue ?? "" }
        let type = token(delay?["delayType"])
        return each(recipients, "delay", mail, at: timestamp(delay)) { _ in (.delayed, type) }
    }

    /// One event for each address, each once; one without an address when the provider names none, because it still proves something about
    /// the message.
    private static func each(
        _ recipients: [String],
        _ name: String,
        _ mail: Message,
        at time: Timestamp? = nil,
        id: JSONValue? = nil,
        _ judge: (String) -> (kind: ProviderEvent.Kind, detail: String)
    ) -> [ProviderEvent] {
        let time = time ?? mail.sentAt
        var seen: Set<String> = []
        let addresses = recipients.prefix(1_000).map(ProviderEvent.address).filter { seen.insert($0).inserted }
        return (addresses.isEmpty ? [""] : addresses).map { address in
            let (kind, detail) = judge(address)
            let own = id?.stringValue ?? time.iso8601
            return ProviderEvent(
                kind: kind,
                address: address,
                occurredAt: time,
                detail: detail,
                key: ProviderEvent.key("ses", mail.id, name, address, own)
            )
        }
    }

    private static func timestamp(_ part: JSONValue?) -> Timestamp? { part?["timestamp"]?.stringValue.flatMap { Timestamp(iso8601: $0) } }

    /// A word of the provider's vocabulary; anything else in its place is cut down to harmless characters.
    private static func token(_ value: JSONValue?) -> String {
        let allowed = (value?.stringValue ?? "").unicodeScalars.filter { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_", " ": true
            default: false
            }
        }
        return String(String.UnicodeScalarView(allowed.prefix(60)))
    }
}

extension JSONValue {
    /// The strings of a list; a string by itself is a list of one.
    fileprivate var texts: [String] {
        if let text = stringValue { return [text] }
        return (arrayValue ?? []).compactMap(\.stringValue)
    }
}
