import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model
import NIOCore

/// `GET /api/contacts` and `GET /api/contacts.csv`.
enum ContactListEndpoints {
    static let defaultLimit: Int64 = 50
    /// Contacts in one page of an export: large enough that a call costs nothing beside them.
    static let exportLimit = 5_000

    static func all(_ services: APIServices) -> [Endpoint] { [list(services), export(services)] }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts",
            id: "listContacts",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "The contacts that have a subscription of the client.",
            details: "Page by page; pass `next_cursor` as `cursor` until it is null.",
            query: ObjectShape.scope + [
                Field("limit", .integer(1...Int64(ListContacts.maximumLimit)), "Contacts in a page; 50 unless told.", example: 100),
                Field("cursor", .string(maximum: 20), "Of the page before."),
            ] + filters,
            answers: [.ok(page.shape)]
        ) { call in
            let filter = filter(&call.fields)
            let after = CursorField.read(&call.fields)
            let limit = call.fields.integer("limit") ?? defaultLimit
            let scope = try await call.audienceScope()
            let found = try await services.audience.answer(
                ListContacts(scope: scope.ids, filter: filter, after: ContactID(after), limit: Int(limit))
            )
            return .json(page.value((scope, found)))
        }
    }

    static func export(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts.csv",
            id: "exportContacts",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "All of these contacts as a CSV.",
            details: "Streamed, whatever its size. Cells that a spreadsheet program would run as a formula begin with an apostrophe.",
            query: ObjectShape.scope + filters,
            answers: [.content(.ok, "text/csv", "One line a contact; an import takes the same columns.")]
        ) { call in
            let filter = filter(&call.fields)
            let scope = try await call.audienceScope()
            let export = ExportContacts(scope: scope.ids, filter: filter, after: ContactID(0), limit: exportLimit)
            // The first page comes before the status, so that what goes wrong is an error and not an empty file.
            let first = try await services.audience.answer(export)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8", .contentDisposition: #"attachment; filename="contacts.csv""#,
                    .cacheControl: "no-store",
                ],
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: ContactCSV.columns.joined(separator: ",") + "\r\n"))
                    try await write(first, of: export, services, to: &writer)
                    try await writer.finish(nil)
                }
            )
        }
    }

    /// Writes a page while the next one is made: two are in memory at most.
    @concurrent private static func write(
        _ first: ContactCSVPage,
        of export: ExportContacts,
        _ services: APIServices,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var page: ContactCSVPage? = first
        while let current = page {
            async let following = next(after: current, of: export, services)
            if !current.csv.isEmpty { try await writer.write(ByteBuffer(string: current.csv)) }
            page = try await following
        }
    }

    private static func next(
        after page: ContactCSVPage,
        of export: ExportContacts,
        _ services: APIServices
    ) async throws -> ContactCSVPage? {
        guard let cursor = page.next else { return nil }
        var export = export
        export.after = cursor
        return try await services.audience.answer(export)
    }

    // MARK: Fields

    private static let filters: [Field] = [
        Field("tags", .list(of: .string), "Slugs; only contacts that have all of them.", example: ["newsletter"]),
        Field("subscription_status", .choice(SubscriptionStatus.self), "Of the client's subscription."),
        Field("verified", .boolean, "Of the contact or of the client's subscription."),
        Field("email_validation_status", .choice(EmailValidationStatus.self)),
        Field("suppression", .choice(ContactFilter.Suppression.self)),
        Field("updated_since", .timestamp, "Changed at that time or later."),
    ]

    private static func filter(_ fields: inout RequestFields) -> ContactFilter {
        var filter = ContactFilter()
        filter.tags = fields.strings("tags") ?? []
        filter.status = fields.choice("subscription_status")
        filter.verified = fields.bool("verified")
        filter.validationStatus = fields.choice("email_validation_status")
        filter.suppression = fields.choice("suppression")
        filter.updatedSince = fields.timestamp("updated_since")
        return filter
    }

    private static let page = Payload<(ScopeResolution.Scope, ContactPage)>(
        "ContactPage",
        [
            .member("audience", .string) { .string($0.0.audience.slug) },
            .member("client", .string) { .string($0.0.client.clientSlug) },
            .member("count", .integer, "Contacts in this page.") { .integer($0.1.contacts.count) },
            .member("next_cursor", .nullable(.string)) { $0.1.next.map { .string("\($0)") } ?? .null },
            .member("contacts", .list(of: ContactPayload.listed.shape)) { .array($0.1.contacts.map(ContactPayload.listed.value)) },
        ]
    )
}

/// The cursor of a list: the decimal id of the last object of the page before.
enum CursorField {
    /// 0 for none; faults go to the fields.
    static func read(_ fields: inout RequestFields) -> Int64 {
        guard let text = fields.string("cursor") else { return 0 }
        guard let cursor = Int64(text) else {
            fields.fault("cursor", "must_be_integer")
            return 0
        }
        if cursor < 1 { fields.fault("cursor", "must_be_positive") }
        return cursor
    }
}

extension ContactPayload {
    /// As lists answer.
    static let listed = Payload<ContactStatus>(
        "ListedContact",
        state + [
            tags, attributes,
            .member("subscription_status", .nullable(.choice(SubscriptionStatus.self))) {
                $0.client.status.map { .string($0.rawValue) } ?? .null
            },
            .member("unsubscribed", .boolean) { .bool($0.client.status == .unsubscribed) },
            .member("unsubscribed_at", .nullable(.timestamp)) { time($0.client.unsubscribedAt) },
            .member("unsubscribe_reason", .string) { .string($0.client.unsubscribeReason) },
            .member("created_at", .nullable(.timestamp)) { time($0.createdAt) },
            .member("updated_at", .nullable(.timestamp)) { time($0.updatedAt) },
        ]
    )
}
