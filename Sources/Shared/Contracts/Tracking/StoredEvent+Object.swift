import JSON
import Model

extension StoredEvent {
    /// The event as the public API shows it, in the feed and as the `data` of a webhook.
    ///
    /// - Parameter client: the slug of the client that it is shown to.
    package func object(client: String) -> JSONObject {
        func id(_ value: Int64?) -> JSONValue { value.map { .number(JSONNumber($0)) } ?? .null }
        return JSONObject([
            (key: "type", value: "email_event"), (key: "id", value: id(self.id)), (key: "created_at", value: .string(occurredAt.iso8601)),
            (key: "event_type", value: .string(type.rawValue)), (key: "client", value: .string(client)),
            (key: "audience", value: metadata["audience"] ?? .null), (key: "contact_id", value: id(contactID?.rawValue)),
            (key: "email", value: .string(email)), (key: "campaign_id", value: id(campaignID?.rawValue)),
            (key: "campaign_recipient_id", value: id(recipientID?.rawValue)),
            (key: "transactional_message_id", value: id(transactionalMessageID?.rawValue)), (key: "metadata", value: metadata),
        ])
    }
}
