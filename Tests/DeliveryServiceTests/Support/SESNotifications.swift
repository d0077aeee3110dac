import JSON
import Model

/// Events as SES publishes them, in the shapes of its documentation.
enum SESNotifications {
    static let time = "2026-11-24T10:00:00.000Z"

    static func mail(id: String, tag: String?, to: [String], at time: String = time) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("timestamp", .string(time)), ("messageId", .string(id)), ("source", "news@example.org"),
            ("destination", .array(to.map { .string($0) })), ("headersTruncated", false),
        ]
        if let tag { members.append(("tags", ["m": [.string(tag)], "ses:configuration-set": ["datamailer"]])) }
        return .object(JSONObject(members))
    }

    static func event(
        _ type: String,
        id: String = "m-1",
        tag: String? = "c-1",
        to: [String] = ["ann@example.com"],
        named: String = "eventType",
        _ members: (String, JSONValue)...
    ) -> JSONValue {
        let head: [(key: String, value: JSONValue)] = [(named, .string(type)), ("mail", mail(id: id, tag: tag, to: to))]
        return .object(JSONObject(head + members.map { (key: $0.0, value: $0.1) }))
    }

    static func bounce(
        _ type: String,
        _ subtype: String,
        id: String = "m-1",
        tag: String? = "c-1",
        to: [String] = ["ann@example.com"],
        bounced: [String] = ["ann@example.com"],
        status: String? = nil,
        feedback: String = "f-1",
        at time: String = time,
        named: String = "eventType"
    ) -> JSONValue {
        let recipients = bounced.map { address -> JSONValue in
            var members: [(key: String, value: JSONValue)] = [("emailAddress", .string(address)), ("action", "failed")]
            if let status { members.append(("status", .string(status))) }
            members.append(("diagnosticCode", .string("smtp; 550 \(address) is not here")))
            return .object(JSONObject(members))
        }
        let part: JSONValue = [
            "bounceType": .string(type), "bounceSubType": .string(subtype), "bouncedRecipients": .array(recipients),
            "timestamp": .string(time), "feedbackId": .string(feedback), "reportingMTA": "dns; mta.example.com",
        ]
        return event("Bounce", id: id, tag: tag, to: to, named: named, ("bounce", part))
    }

    static func complaint(
        _ type: String?,
        id: String = "m-1",
        tag: String? = "c-1",
        to: [String] = ["ann@example.com"],
        from: [String] = ["ann@example.com"],
        feedback: String = "k-1",
        named: String = "eventType"
    ) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("complainedRecipients", .array(from.map { ["emailAddress": .string($0)] })), ("timestamp", .string(time)),
            ("feedbackId", .string(feedback)), ("complaintSubType", .null),
        ]
        if let type { members.append(("complaintFeedbackType", .string(type))) }
        return event("Complaint", id: id, tag: tag, to: to, named: named, ("complaint", .object(JSONObject(members))))
    }

    static func delivery(id: String = "m-1", tag: String? = "c-1", to: [String] = ["ann@example.com"], at time: String = time) -> JSONValue {
        let part: JSONValue = [
            "timestamp": .string(time), "processingTimeMillis": 546, "recipients": .array(to.map { .string($0) }),
            "smtpResponse": "250 ok", "reportingMTA": "mta.example.com",
        ]
        return event("Delivery", id: id, tag: tag, to: to, ("delivery", part))
    }

    /// As SNS puts it into SQS or posts it.
    static func envelope(_ event: JSONValue, id: String = "sns-1") -> String {
        let value: JSONValue = [
            "Type": "Notification", "MessageId": .string(id), "TopicArn": "arn:aws:sns:eu-west-1:123456789012:ses-events",
            "Timestamp": .string(time), "Message": .string(event.text),
        ]
        return value.text
    }
}
