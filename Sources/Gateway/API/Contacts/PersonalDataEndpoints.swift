import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `GET /api/contacts/export-personal-data`: what the GDPR lets a person ask for.
enum PersonalDataEndpoints {
    /// More of one kind are not exported by one call.
    static let maximumEvents = 10_000
    static let pageLimit = 500

    static func all(_ services: APIServices) -> [Endpoint] { [export(services)] }

    static func export(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/export-personal-data",
            id: "exportPersonalData",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "Everything that the organization holds about a person.",
            details: "Of every audience and client of the organization; messages are those of the client that asks.",
            query: [Field("email", .string(maximum: 1_000), required: true, example: "ann@example.org")] + ObjectShape.scope,
            answers: [.ok(.freeObject), .notFound]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let scope = try await call.audienceScope()
            let person = try await services.audience.answer(ExportPersonalData(scope: scope.client.scope, email: email))
            async let recipients = recipients(person.contactID, scope, services)
            async let messages = messages(person.contactID, scope, services)
            async let events = events(person.contactID, scope, services)
            var members: [(key: String, value: JSONValue)] = [
                (key: "email", value: .string(person.email)), (key: "exported_at", value: .string(Timestamp.now().iso8601)),
            ]
            members += person.data.objectValue?.members.map { (key: $0.key, value: $0.value) } ?? []
            members.append((key: "campaign_recipients", value: .array(try await recipients)))
            members.append((key: "transactional_messages", value: .array(try await messages)))
            members.append((key: "events", value: .array(try await events)))
            return .json(.object(JSONObject(members)), headers: [.cacheControl: "no-store"])
        }
    }

    // MARK: What the other services hold

    private static func recipients(
        _ contactID: ContactID,
        _ scope: ScopeResolution.Scope,
        _ services: APIServices
    ) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var before: RecipientID?
        while found.count < maximumEvents {
            let page = try await services.campaign.answer(
                ContactRecipients(scope: scope.ids, contactID: contactID, limit: pageLimit, before: before, isWholeOrganization: true)
            )
            found += page.recipients.map(HistoryPayload.recipient.value)
            guard page.recipients.count == pageLimit else { break }
            before = page.recipients.last?.id
        }
        return found
    }

    private static func messages(
        _ contactID: ContactID,
        _ scope: ScopeResolution.Scope,
        _ services: APIServices
    ) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var before: TransactionalMessageID?
        while found.count < maximumEvents {
            let page = try await services.delivery.answer(
                ContactMessages(scope: scope.client.scope, contactID: contactID, limit: pageLimit, before: before)
            )
            found += page.messages.map { HistoryPayload.message.value(($0, scope.client.clientSlug)) }
            guard page.messages.count == pageLimit else { break }
            before = page.messages.last?.id
        }
        return found
    }

    private static func events(
        _ contactID: ContactID,
        _ scope: ScopeResolution.Scope,
        _ services: APIServices
    ) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var before: Int64?
        while found.count < maximumEvents {
            let page = try await services.tracking.answer(
                ContactEvents(
                    organizationID: scope.ids.organizationID,
                    clientID: nil,
                    contactID: contactID,
                    before: before,
                    limit: pageLimit
                )
            )
            found += page.events.map { HistoryPayload.event.value(($0, scope)) }
            guard page.hasMore, let next = page.next else { break }
            before = next
        }
        return found
    }
}
