import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model
import NIOCore

/// What the services hold about a person, written page by page: one page of each kind is in memory at most.
struct PersonalDataExport: Sendable {
    static let pageLimit = 500

    let person: PersonalData
    let scope: ScopeResolution.Scope
    let services: APIServices

    /// Some entries of one kind, and where the next ones begin; nil at the end.
    struct Page: Sendable {
        var entries: [JSONValue]
        var next: Int64?
    }

    enum Kind: String, CaseIterable, Sendable {
        case recipients = "campaign_recipients"
        case messages = "transactional_messages"
        case events
    }

    /// The first page of each kind.
    func first() async throws -> [Kind: Page] {
        async let recipients = page(.recipients, after: nil)
        async let messages = page(.messages, after: nil)
        async let events = page(.events, after: nil)
        return [.recipients: try await recipients, .messages: try await messages, .events: try await events]
    }

    @concurrent func write(_ first: [Kind: Page], to writer: inout any ResponseBodyWriter) async throws {
        let named: [(key: String, value: JSONValue)] = [
            (key: "email", value: .string(person.email)), (key: "exported_at", value: .string(Timestamp.now().iso8601)),
        ]
        let known = person.data.objectValue?.members.map { (key: $0.key, value: $0.value) } ?? []
        try await writer.write(ByteBuffer(string: String(JSONValue.object(JSONObject(named + known)).text.dropLast())))
        for kind in Kind.allCases {
            try await writer.write(ByteBuffer(string: ",\"\(kind.rawValue)\":["))
            var page = first[kind]
            var isFirst = true
            while let current = page {
                for entry in current.entries {
                    try await writer.write(ByteBuffer(string: (isFirst ? "" : ",") + entry.text))
                    isFirst = false
                }
                page = nil
                if let next = current.next { page = try await self.page(kind, after: next) }
            }
            try await writer.write(ByteBuffer(string: "]"))
        }
        try await writer.write(ByteBuffer(string: "}"))
    }

    private func page(_ kind: Kind, after: Int64?) async throws -> Page {
        switch kind {
        case .recipients: try await recipients(after.map { RecipientID($0) })
        case .messages: try await messages(after.map { TransactionalMessageID($0) })
        case .events: try await events(after)
        }
    }

    private func recipients(_ before: RecipientID?) async throws -> Page {
        let found = try await services.campaign.answer(
            ContactRecipients(scope: scope.ids, contactID: person.contactID, limit: Self.pageLimit, before: before, isWholeOrganization: true)
        ).recipients
        let next = found.count == Self.pageLimit ? found.last?.id.rawValue : nil
        return Page(entries: found.map(HistoryPayload.recipient.value), next: next)
    }

    private func messages(_ before: TransactionalMessageID?) async throws -> Page {
        let found = try await services.delivery.answer(
            ExportContactMessages(organizationID: scope.ids.organizationID, contactID: person.contactID, before: before)
        )
        return Page(entries: found.messages.map(entry), next: found.next?.rawValue)
    }

    private func events(_ before: Int64?) async throws -> Page {
        let found = try await services.tracking.answer(
            ContactEvents(
                organizationID: scope.ids.organizationID,
                clientID: nil,
                contactID: person.contactID,
                before: before,
                limit: Self.pageLimit
            )
        )
        return Page(entries: found.events.map(entry), next: found.hasMore ? found.next : nil)
    }

    /// As the history shows it, with its contents.
    private func entry(_ exported: ExportedMessage) -> JSONValue {
        var object = HistoryPayload.message.object((exported.message, person.clientSlugs?["\(exported.clientID)"] ?? ""))
        let message = exported.message
        object["audience"] = message.audienceSlug.isEmpty ? .null : .string(message.audienceSlug)
        object["reply_to"] = .string(exported.replyTo)
        object["cc"] = .strings(exported.cc)
        object["bcc"] = .strings(exported.bcc)
        object["html_body"] = .string(exported.htmlBody)
        object["text_body"] = .string(exported.textBody)
        object["metadata"] = message.metadata
        object["headers"] = .object(JSONObject(exported.headers.map { (key: $0.name, value: .string($0.value)) }))
        object["message_parts"] = .array(
            exported.parts.map { ["content_type": .string($0.contentType), "content": .string($0.content), "filename": .string($0.filename)] }
        )
        object["attachments"] = .array(
            exported.attachments.map {
                [
                    "filename": .string($0.filename), "content_type": .string($0.contentType), "content": .string($0.content),
                    "content_id": .string($0.contentID),
                ]
            }
        )
        object["contents_omitted"] = .bool(exported.isCut)
        return .object(object)
    }

    /// With the slugs of whichever client and audience it is of.
    private func entry(_ event: StoredEvent) -> JSONValue {
        var object = HistoryPayload.event.object((event, scope))
        object["client"] = event.clientID.flatMap { person.clientSlugs?["\($0)"] }.map { .string($0) } ?? .null
        object["audience"] = event.audienceID.flatMap { person.audienceSlugs?["\($0)"] }.map { .string($0) } ?? .null
        return .object(object)
    }
}
