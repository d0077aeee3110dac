import Contracts
import HTTPTransport
import JSON
import Model

/// Standard Webhooks 1.0.0: a signed JSON body, with an id that stays and a time that is each attempt's.
enum StandardFormat {
    /// The id by which a receiver knows a repetition.
    static func messageID(_ event: StoredEvent) -> String { "evt_\(event.id)" }

    /// The same bytes at each attempt, unless the contact was erased meanwhile.
    static func body(_ event: StoredEvent, client: String) -> [UInt8] {
        let value: JSONValue = [
            "type": .string(event.type.rawValue), "timestamp": .string(event.occurredAt.iso8601), "data": .object(event.object(client: client)),
        ]
        return Array(value.text.utf8)
    }

    /// - Parameters:
    ///   - secrets: the current one first; during a rotation the one before signs too.
    ///   - now: the time of this attempt.
    static func request(_ event: StoredEvent, url: String, client: String, secrets: [WebhookSecret], now: Timestamp) -> HTTPRequest {
        let body = body(event, client: client)
        let id = messageID(event)
        let seconds = now.microseconds / 1_000_000
        let signatures = secrets.map { $0.signature(id: id, timestamp: seconds, body: body) }
        return HTTPRequest(
            url: url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "Datamailer-Webhooks/1"), ("webhook-id", id),
                ("webhook-timestamp", String(seconds)), ("webhook-signature", signatures.joined(separator: " ")),
            ],
            body: body
        )
    }
}
