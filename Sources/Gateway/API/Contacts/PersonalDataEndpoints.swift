import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `GET /api/contacts/export-personal-data`: what the GDPR lets a person ask for.
enum PersonalDataEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [export(services)] }

    static func export(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/export-personal-data",
            id: "exportPersonalData",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "Everything that the organization holds about a person.",
            details: """
                Of every audience and client of the organization, messages with their contents. Nothing is left out because there is much of it: the \
                answer is written while it is read, and one that breaks off is no whole JSON text.
                """,
            query: [Field("email", .string(maximum: 1_000), required: true, example: "ann@example.org")] + ObjectShape.scope,
            answers: [.ok(.object(shape)), .notFound]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let scope = try await call.audienceScope()
            let person = try await services.audience.answer(ExportPersonalData(scope: scope.client.scope, email: email))
            let export = PersonalDataExport(person: person, scope: scope, services: services)
            // The first pages before the first byte: a service that is away is told by the status.
            let first = try await export.first()
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody { writer in
                    try await export.write(first, to: &writer)
                    try await writer.finish(nil)
                }
            )
        }
    }

    private static let shape = ObjectShape(
        "PersonalData",
        [
            Field("email", .string, required: true), Field("exported_at", .timestamp, required: true),
            Field("contact", .freeObject, required: true, "Attributes, validation, suppression and times."),
            Field("audiences", .list(of: .freeObject), "Memberships with their tags."),
            Field("subscriptions", .list(of: .freeObject)), Field("category_preferences", .list(of: .freeObject)),
            Field("consents", .list(of: .freeObject)), Field("suppression_changes", .list(of: .freeObject)),
            Field("provider_suppressions", .list(of: .freeObject)), Field("recipient_lists", .list(of: .freeObject)),
            Field("campaign_recipients", .list(of: HistoryPayload.recipient.shape), required: true),
            Field("transactional_messages", .list(of: .freeObject), required: true, "With bodies, copies, headers, parts and attachments."),
            Field("events", .list(of: HistoryPayload.event.shape), required: true),
        ]
    )
}
