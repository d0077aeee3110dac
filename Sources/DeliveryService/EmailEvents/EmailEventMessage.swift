import Contracts
import JSON
import Model
import Tokens

/// A message of the queue `email-events`, version 1 (API.md section 3): what was seen of a message outside the gateway.
///
/// Whose message it is says the token, if there is one, because it is signed; else the ids. A link is counted only with its token: what is
/// not signed may be any address, also one made for a single reader.
enum EmailEventMessage {
    static let contract = "email-events"
    /// As long as the gateway takes them.
    private static let maximumText = 2_000

    static func read(body: String, verifier: TokenVerifier) throws(InvalidBody) -> EmailEvent {
        guard let value = try? JSONValue.parse(body), value.objectValue != nil else { throw InvalidBody(description: "body: not a JSON object") }
        guard value["contract"]?.stringValue == contract else { throw InvalidBody(description: "contract: not \(contract)") }
        guard value["version"]?.int64Value == 1 else { throw InvalidBody(description: "version: only 1 is known") }
        for field in ["event_id", "idempotency_key"] where value[field]?.stringValue?.isEmpty ?? true {
            throw InvalidBody(description: "\(field): missing or empty")
        }
        guard let type = value["event_type"]?.stringValue.flatMap({ TrackingEventType(rawValue: $0) }) else {
            throw InvalidBody(description: "event_type: missing or unknown")
        }
        guard let occurredAt = value["occurred_at"]?.stringValue.flatMap({ Timestamp(iso8601: $0) }) else {
            throw InvalidBody(description: "occurred_at: missing or not a time")
        }
        let url = value["url"]?.stringValue ?? ""
        let message = try message(value, type, url: url, verifier)
        let event = TrackingEvent(
            eventID: ProviderEvent.key(contract, value["event_id"]?.stringValue ?? ""),
            type: type,
            messageKind: message.kind,
            messageID: message.id,
            link: message.link,
            url: message.isSigned && type == .click ? url : "",
            userAgent: clean(value["metadata"]?["user_agent"]?.stringValue ?? ""),
            address: "",
            method: type == .unsubscribe ? "POST" : "GET",
            occurredAt: occurredAt,
            unsubscribeScope: type == .unsubscribe ? "client" : ""
        )
        return EmailEvent(event: event, isSigned: message.isSigned)
    }

    private typealias Message = (kind: TrackedMessageKind, id: Int64, link: Int64, isSigned: Bool)

    private static func message(
        _ value: JSONValue,
        _ type: TrackingEventType,
        url: String,
        _ verifier: TokenVerifier
    ) throws(InvalidBody) -> Message {
        if let text = value["tracking_token"]?.stringValue, !text.isEmpty {
            guard let token = verifier.verify(text, purpose: type.purpose, url: type == .click ? url : nil), let kind = token.kind.tracked else {
                throw InvalidBody(description: "tracking_token: not a token of ours for this event and url")
            }
            return (kind, token.messageID, Int64(token.link), true)
        }
        if let id = value["campaign_recipient_id"]?.int64Value, id > 0 { return (.campaign, id, 0, false) }
        if let id = value["transactional_message_id"]?.int64Value, id > 0 { return (.transactional, id, 0, false) }
        throw InvalidBody(description: "no tracking_token, campaign_recipient_id or transactional_message_id: nothing says which message it is")
    }

    private static func clean(_ text: String) -> String { String(text.filter { $0 != "\0" }.prefix(maximumText)) }
}

extension TrackingEventType {
    fileprivate var purpose: TokenPurpose {
        switch self {
        case .open: .open
        case .click: .click
        case .unsubscribe: .unsubscribe
        }
    }
}

extension MessageKind {
    fileprivate var tracked: TrackedMessageKind? {
        switch self {
        case .campaign: .campaign
        case .transactional: .transactional
        case .preview: nil
        }
    }
}
