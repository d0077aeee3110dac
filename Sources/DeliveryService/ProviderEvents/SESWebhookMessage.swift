import JSON
import Model

/// A message of the queue `ses-webhooks`: the contract of that name, version 1 (API.md section 3), or an SNS envelope as SNS puts it into SQS.
enum SESWebhookMessage {
    static let contract = "ses-webhooks"

    private static let types: [String: String] = [
        "send": "Send", "reject": "Reject", "delivery": "Delivery", "bounce": "Bounce", "complaint": "Complaint", "open": "Open",
        "click": "Click",
    ]

    static func read(body: String, now: Timestamp) throws(InvalidBody) -> SESEvent.Reading {
        guard let value = try? JSONValue.parse(body), value.objectValue != nil else {
            throw InvalidBody(description: "body: not a JSON object")
        }
        if let type = value["Type"]?.stringValue { return try envelope(type, value, now) }
        // With raw delivery SNS puts the event itself into SQS.
        if value["contract"] == nil, value["mail"] != nil {
            return try SESEvent.read(value, sourceID: value["mail"]?["messageId"]?.stringValue ?? "", receivedAt: now)
        }
        return try versionOne(value)
    }

    private static func envelope(_ type: String, _ value: JSONValue, _ now: Timestamp) throws(InvalidBody) -> SESEvent.Reading {
        guard type == "Notification" else { return .ignored("an SNS message of type \(type.prefix(60))") }
        guard let text = value["Message"]?.stringValue else { throw InvalidBody(description: "Message: missing") }
        // What SES says when a topic is attached to a configuration set.
        if text.hasPrefix("Successfully validated SNS topic") { return .ignored("the topic was validated") }
        guard let event = try? JSONValue.parse(text), event.objectValue != nil else {
            throw InvalidBody(description: "Message: not a JSON object")
        }
        let receivedAt = value["Timestamp"]?.stringValue.flatMap { Timestamp(iso8601: $0) } ?? now
        return try SESEvent.read(event, sourceID: value["MessageId"]?.stringValue ?? "", receivedAt: receivedAt)
    }

    /// The event itself, when the sender has it, is `metadata.notification` (an object or its text), or stands in `metadata`.
    private static func versionOne(_ value: JSONValue) throws(InvalidBody) -> SESEvent.Reading {
        guard value["contract"]?.stringValue == contract else { throw InvalidBody(description: "contract: not \(contract)") }
        guard value["version"]?.int64Value == 1 else { throw InvalidBody(description: "version: only 1 is known") }
        guard value["provider"]?.stringValue == "ses" else { throw InvalidBody(description: "provider: only ses is known") }
        guard let sourceID = value["provider_event_id"]?.stringValue, !sourceID.isEmpty else {
            throw InvalidBody(description: "provider_event_id: missing or empty")
        }
        guard let name = value["notification_type"]?.stringValue.flatMap({ types[$0] }) else {
            throw InvalidBody(description: "notification_type: missing or unknown")
        }
        guard let receivedAt = value["received_at"]?.stringValue.flatMap({ Timestamp(iso8601: $0) }) else {
            throw InvalidBody(description: "received_at: missing or not a time")
        }
        if let event = payload(value["metadata"]) {
            return try SESEvent.read(event, sourceID: sourceID, receivedAt: receivedAt)
        }
        guard let messageID = (value["ses_message_id"] ?? value["mail_message_id"])?.stringValue, !messageID.isEmpty else {
            throw InvalidBody(description: "ses_message_id: missing, and metadata has no notification")
        }
        let tags: JSONValue = ["m": value["metadata"]?["m"] ?? ""]
        let mail: JSONValue = ["messageId": .string(messageID), "timestamp": .string(receivedAt.iso8601), "tags": tags]
        let event: JSONValue = ["eventType": .string(name), "mail": mail]
        guard case .item(var notification) = try SESEvent.read(event, sourceID: sourceID, receivedAt: receivedAt) else {
            return .ignored("\(name) events are not used")
        }
        // Without the event nothing tells it from another of the same message but the sender's own id.
        for index in notification.events.indices { notification.events[index].key = ProviderEvent.key("ses-webhooks", sourceID, "\(index)") }
        return .item(notification)
    }

    private static func payload(_ metadata: JSONValue?) -> JSONValue? {
        guard let metadata else { return nil }
        if metadata["mail"]?.objectValue != nil { return metadata }
        guard let notification = metadata["notification"] else { return nil }
        if let text = notification.stringValue { return try? JSONValue.parse(text) }
        return notification.objectValue == nil ? nil : notification
    }
}
