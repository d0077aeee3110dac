import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/suppressions`: the addresses that the organization mails nothing at all.
enum SuppressionEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [list(services), add(services), remove(services)] }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/suppressions",
            id: "listSuppressions",
            tag: .subscriptions,
            access: .key(.contactsRead),
            summary: "The organization's suppression list.",
            details: "Page by page; pass `next_cursor` as `cursor` until it is null.",
            query: [
                kind,
                Field("limit", .integer(1...Int64(ListSuppressions.maximumLimit)), "Addresses in a page; 50 unless told.", example: 100),
                Field("cursor", .string(maximum: 20), "Of the page before."),
            ],
            answers: [.ok(page.shape)]
        ) { call in
            let kind: SuppressionKind? = call.fields.choice("type")
            let after = CursorField.read(&call.fields)
            let limit = Int(call.fields.integer("limit") ?? 50)
            try call.fields.check()
            let list = ListSuppressions(scope: try call.client.scope, kind: kind, after: ContactID(after), limit: limit)
            return .json(page.value(try await services.audience.answer(list)))
        }
    }

    static func add(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/suppressions",
            id: "addSuppression",
            tag: .subscriptions,
            access: .key(.contactsWrite),
            summary: "Put an address on the suppression list.",
            details: "The first time and reason stay.",
            body: .json(
                ObjectShape(
                    "SuppressionAdd",
                    [ContactShapes.email, kind, Field("reason", .string(maximum: 1_000), required: true, example: "asked by phone")]
                )
            ),
            answers: [.ok(payload.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let kind: SuppressionKind = call.fields.choice("type") ?? .globalUnsubscribe
            let reason = call.fields.string("reason") ?? ""
            try call.fields.check()
            let change = AddSuppression(scope: try call.client.scope, email: email, kind: kind, reason: reason)
            return .json(payload.value(try await services.audience.answer(change)))
        }
    }

    static func remove(_ services: APIServices) -> Endpoint {
        Endpoint(
            .delete,
            "/api/suppressions/{email}",
            id: "removeSuppression",
            tag: .subscriptions,
            access: .key(.contactsWrite),
            summary: "Take an address off the suppression list.",
            details: "Of every kind unless `type` names one. The reason is recorded.",
            query: [kind, Field("reason", .string(maximum: 1_000), required: true, example: "repaired")],
            answers: [.ok(payload.shape), .notFound]
        ) { call in
            let kind: SuppressionKind? = call.fields.choice("type")
            let reason = call.fields.string("reason") ?? ""
            try call.fields.check()
            let email = call.parameters["email"] ?? ""
            let change = RemoveSuppression(scope: try call.client.scope, email: email, kind: kind, reason: reason)
            return .json(payload.value(try await services.audience.answer(change)))
        }
    }

    private static let kind = Field("type", .choice(SuppressionKind.self), "Why; `global_unsubscribe` when an address is added.")

    private static let page = Payload<SuppressionPage>(
        "SuppressionPage",
        [
            .member("count", .integer, "Addresses in this page.") { .integer($0.suppressions.count) },
            .member("next_cursor", .nullable(.string)) { $0.next.map { .string("\($0)") } ?? .null },
            .member("suppressions", .list(of: payload.shape)) { .array($0.suppressions.map(payload.value)) },
        ]
    )

    private static let payload = Payload<Suppression>(
        "Suppression",
        [
            .member("contact_id", .nullable(.id)) { $0.contactID.map { .integer($0.rawValue) } ?? .null },
            .member("email", .string) { .string($0.email) },
            .member("suppressed", .boolean) { .bool(!$0.entries.isEmpty) },
            .member("entries", .list(of: entry.shape)) { .array($0.entries.map(entry.value)) },
        ]
    )

    private static let entry = Payload<Suppression.Entry>(
        "SuppressionEntry",
        [
            .member("type", .choice(SuppressionKind.self)) { .string($0.kind.rawValue) },
            .member("since", .timestamp) { .string($0.since.iso8601) },
            .member("reason", .string) { .string($0.reason) },
        ]
    )
}
