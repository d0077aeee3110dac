import Contracts
import JSON

/// An event as ``InsertActivity`` stores it: within the bounds of the table, whatever the sender wrote.
struct ActivityRow: Sendable {
    static let maximumKey = 200
    static let maximumEmail = 320
    static let maximumMetadata = 16_384

    var event: MessageEvent
    var metadata: String

    /// nil for an event without an id, which could not be told from its repetition.
    init?(_ event: MessageEvent) {
        let key = Self.bounded(event.eventID, Self.maximumKey)
        guard !key.isEmpty else { return nil }
        self.event = event
        self.event.eventID = key
        self.event.email = Self.bounded(event.email, Self.maximumEmail)
        metadata = Self.metadata(event.metadata)
    }

    /// The text of an object that `jsonb` takes; an event is kept without its metadata rather than lost for it.
    static func metadata(_ value: JSONValue) -> String {
        guard case .object = value else { return "{}" }
        let text = value.text
        guard text.utf8.count <= maximumMetadata else { return "{\"omitted\":\"too_large\"}" }
        // Postgres' jsonb holds no NUL, which JSON writes as an escape.
        guard !text.contains("\\u0000") else { return "{\"omitted\":\"not_storable\"}" }
        return text
    }

    /// Postgres' text holds no NUL.
    static func bounded(_ text: String, _ limit: Int) -> String {
        let clean = text.utf8.contains(0) ? text.filter { $0 != "\0" } : text
        guard clean.utf8.count > limit else { return clean }
        var short = String(clean.prefix(limit))
        while short.utf8.count > limit { short.removeLast() }
        return short
    }
}
