import Contracts
import HTTPTransport
import JSON
import Model

/// The callback that clients of the original product read: JSON with the client's bearer token.
enum CallbackFormat {
    private static let names: [EventType: String] = [
        .subscribe: "subscription.resubscribed", .unsubscribe: "subscription.unsubscribed", .bounce: "contact.hard_bounced",
        .complaint: "contact.complained", .skipped: "transactional.skipped", .failed: "transactional.failed",
    ]

    /// nil for an event that has no callback, or none any more because its contact was erased.
    static func payload(_ event: StoredEvent, client: String) -> JSONValue? {
        guard let name = names[event.type], let contact = event.contactID else { return nil }
        var metadata = event.metadata.objectValue ?? JSONObject()
        if let id = event.campaignID { metadata["campaign_id"] = .number(JSONNumber(id.rawValue)) }
        if let id = event.recipientID { metadata["campaign_recipient_id"] = .number(JSONNumber(id.rawValue)) }
        if let id = event.transactionalMessageID { metadata["transactional_message_id"] = .number(JSONNumber(id.rawValue)) }
        var payload = JSONObject([
            (key: "event_id", value: .string("datamailer-email-event:\(event.id)")), (key: "event_type", value: .string(name)),
            (key: "email", value: .string(event.email)), (key: "occurred_at", value: .string(event.occurredAt.iso8601)),
            (key: "contact_id", value: .number(JSONNumber(contact.rawValue))), (key: "email_event_id", value: .number(JSONNumber(event.id))),
            (key: "audience", value: metadata["audience"] ?? ""), (key: "client", value: .string(client)),
            (key: "metadata", value: .object(metadata)),
        ])
        let preference = metadata["preference_key"]?.stringValue ?? metadata["cmp_preference_key"]?.stringValue ?? ""
        if !preference.isEmpty { payload["preference_key"] = .string(preference) }
        return .object(payload)
    }

    static func request(_ payload: JSONValue, url: String, token: String) -> HTTPRequest {
        HTTPRequest(
            url: url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "Datamailer-Webhooks/1"), ("Authorization", "Bearer \(token)"),
            ],
            body: Array(payload.text.utf8)
        )
    }
}
