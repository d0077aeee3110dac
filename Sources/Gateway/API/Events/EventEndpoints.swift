import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import Model

/// `/api/events`: what happened, for clients that ask rather than wait for webhooks.
enum EventEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [feed(services)] }

    private static func feed(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/events",
            id: "listEvents",
            tag: .events,
            access: .key(.eventsRead),
            summary: "Events of the client, oldest first, from a place on.",
            details: """
                Pass `next_cursor` of each answer as `after` of the next request, also when `has_more` is false: every event comes exactly \
                once, however many writers there are. Events of the whole organization (global unsubscribes) come to each of its clients.
                """,
            query: [
                Field("after", .integer(0...Int64.max), "The `next_cursor` of the last answer; without it from the oldest event."),
                Field("limit", .integer(1...500), "100 when absent."),
                Field("event_type", .string, "One type, or several with commas between them."),
            ],
            answers: [.ok(.object(page))]
        ) { call in
            let after = call.fields.integer("after") ?? 0
            let types = types(&call.fields)
            try call.fields.check()
            let client = try call.client
            let ask = EventsAfter(scope: client.scope, after: after, limit: Int(call.fields.integer("limit") ?? 100), types: types)
            let found = try await services.tracking.answer(ask)
            let events = found.events.map { EventPayload.value($0, client: client.clientSlug) }
            return .json([
                "events": .array(events), "next_cursor": .string(String(found.next ?? after)), "has_more": .bool(found.hasMore),
            ])
        }
    }

    private static let page = ObjectShape(
        "EventPage",
        [
            Field("events", .list(of: EventPayload.event.shape), required: true),
            Field("next_cursor", .string, required: true, "The `after` of the next request."),
            Field("has_more", .boolean, required: true, "Whether more events are there already."),
        ]
    )

    private static func types(_ fields: inout RequestFields) -> [EventType] {
        guard let text = fields.string("event_type") else { return [] }
        return text.split(separator: ",").compactMap { part in
            let type = EventType(rawValue: part.trimmingPrefix(while: \.isWhitespace).description)
            if type == nil { fields.fault("event_type", "invalid") }
            return type
        }
    }
}
