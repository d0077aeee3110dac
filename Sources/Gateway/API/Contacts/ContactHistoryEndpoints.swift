import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `GET /api/contacts/{id}/history`: what the services know of a contact, put together.
enum ContactHistoryEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [history(services)] }

    static func history(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/{id}/history",
            id: "getContactHistory",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "Campaigns, transactional messages and events of a contact, newest first.",
            details: "The cursor pages the events; campaigns and messages are always the newest.",
            query: ObjectShape.scope + [
                Field("limit", .integer(1...100), "Of each of the three; 50 unless told.", example: 50),
                Field("cursor", .string(maximum: 20), "Events with a smaller id only: `next_cursor` of the page before."),
            ],
            answers: [.ok(payload.shape), .notFound]
        ) { call in
            let cursor = CursorField.read(&call.fields)
            let limit = Int(call.fields.integer("limit") ?? 50)
            let scope = try await call.audienceScope()
            let contactID = try call.contactID
            // First whether the contact is the client's at all: the other services know contacts by number only.
            let contact = try await services.audience.answer(GetContact(scope: scope.ids, contactID: contactID))
            return .json(payload.value(try await history(of: contact, contactID, scope, cursor, limit, services)))
        }
    }

    struct History: Sendable {
        var contact: ContactStatus
        var scope: ScopeResolution.Scope
        var recipients: [ContactRecipient]
        var messages: [TransactionalMessage]
        var events: EventPage
    }

    /// Asks the three services at once.
    private static func history(
        of contact: ContactStatus,
        _ contactID: ContactID,
        _ scope: ScopeResolution.Scope,
        _ cursor: Int64,
        _ limit: Int,
        _ services: APIServices
    ) async throws -> History {
        async let recipients = services.campaign.answer(ContactRecipients(scope: scope.ids, contactID: contactID, limit: limit))
        async let messages = services.delivery.answer(
            ContactMessages(scope: scope.client.scope, contactID: contactID, limit: limit)
        )
        async let events = services.tracking.answer(
            ContactEvents(
                organizationID: scope.ids.organizationID,
                clientID: scope.ids.clientID,
                contactID: contactID,
                before: cursor == 0 ? nil : cursor,
                limit: limit
            )
        )
        return History(
            contact: contact,
            scope: scope,
            recipients: try await recipients.recipients,
            messages: try await messages.messages,
            events: try await events
        )
    }

    private static let payload = Payload<History>(
        "ContactHistory",
        [
            .member("contact_id", .nullable(.id)) { $0.contact.contactID.map { .integer($0.rawValue) } ?? .null },
            .member("email", .string) { .string($0.contact.email) },
            .member("audience", .string) { .string($0.scope.audience.slug) },
            .member("client", .string) { .string($0.scope.client.clientSlug) },
            .member("campaign_recipients", .list(of: HistoryPayload.recipient.shape)) {
                .array($0.recipients.map(HistoryPayload.recipient.value))
            },
            .member("transactional_messages", .list(of: HistoryPayload.message.shape)) { history in
                .array(history.messages.map { HistoryPayload.message.value(($0, history.scope.client.clientSlug)) })
            },
            .member("events", .list(of: HistoryPayload.event.shape)) { history in
                .array(history.events.events.map { HistoryPayload.event.value(($0, history.scope)) })
            },
            .member("next_cursor", .nullable(.string), "Null at the end.") { history in
                history.events.hasMore ? history.events.next.map { .string(String($0)) } ?? .null : .null
            },
        ]
    )
}
