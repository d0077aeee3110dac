import Contracts
import JSON

/// An event in the answers of feed and history, and in the bodies of webhooks.
enum EventPayload {
    static let event = Payload<JSONObject>(
        "Event",
        [
            member("type", .string, "Always `email_event`."),
            member("id", .integer, "Grows in the order in which events become visible."),
            member("created_at", .timestamp, "When it happened."),
            member("event_type", .choice(EventType.self)),
            member("client", .string),
            member("audience", .nullable(.string)),
            member("contact_id", .nullable(.integer), "Null when there is none, and after erasure."),
            member("email", .string, "Empty when not known, and after erasure."),
            member("campaign_id", .nullable(.integer)),
            member("campaign_recipient_id", .nullable(.integer)),
            member("transactional_message_id", .nullable(.integer)),
            member("metadata", .freeObject, "`url`, `classification` (human, machine, unknown), `reason` and more, by type."),
        ]
    )

    static func value(_ event: StoredEvent, client: String) -> JSONValue { self.event.value(event.object(client: client)) }

    private static func member(_ name: String, _ shape: Shape, _ summary: String = "") -> Payload<JSONObject>.Member {
        .member(name, shape, summary) { $0[name] ?? .null }
    }
}
