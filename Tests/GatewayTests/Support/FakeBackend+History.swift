import Contracts
import JSON
import JSONRPC
import Model

/// What the services know of contact 1: 2 campaigns, 2 messages, 5 events.
extension FakeBackend {
    static func addRecipients(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(ContactRecipients.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let ids = [Int64](1...2).reversed().filter { $0 < call.before?.rawValue ?? .max }
            return ContactRecipientList(recipients: ids.prefix(call.limit).map(recipient))
        }
    }

    static func addMessages(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(ContactMessages.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let ids = [Int64](1...2).reversed().filter { $0 < call.before?.rawValue ?? .max }
            return TransactionalMessagePage(messages: ids.prefix(call.limit).map(message))
        }
    }

    /// One message a page, each of another client.
    static func addExport(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(ExportContactMessages.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let id = min(2, (call.before?.rawValue ?? .max) - 1)
            guard id > 0 else { return ExportedMessagePage(messages: [], next: nil) }
            var exported = ExportedMessage(
                message: message(id),
                clientID: ClientID(id == 2 ? 2 : 9),
                replyTo: "r@example.com",
                cc: ["c@example.com"],
                bcc: ["b@example.com"],
                htmlBody: "<p>Hello</p>",
                textBody: "Hello"
            )
            exported.headers = [MailHeader(name: "X-A", value: "1")]
            exported.attachments = [MailAttachment(filename: "a.txt", contentType: "text/plain", content: "YQ==", contentID: "")]
            return ExportedMessagePage(messages: [exported], next: id == 2 ? TransactionalMessageID(2) : nil)
        }
    }

    static func addEvents(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(ContactEvents.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let ids = [Int64](1...5).reversed().filter { $0 < call.before ?? .max }
            let page = ids.prefix(call.limit)
            return EventPage(events: page.map(event), next: page.last, hasMore: ids.count > page.count)
        }
    }

    static func addPersonalData(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(ExportPersonalData.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            guard !call.email.hasPrefix("unknown") else { throw ValidationFailure.field("email", "not_found") }
            return PersonalData(
                contactID: ContactID(1),
                email: call.email,
                data: ["contact": ["contact_id": 1], "consents": []],
                clientSlugs: ["2": "app", "9": "shop"],
                audienceSlugs: ["3": "main", "4": "side"]
            )
        }
    }

    private static func recipient(_ id: Int64) -> ContactRecipient {
        ContactRecipient(
            id: RecipientID(id),
            createdAt: time,
            campaignID: CampaignID(5),
            externalKey: "july",
            subject: "News",
            audienceSlug: "main",
            clientSlug: "app",
            email: "learner@example.com",
            status: .sent,
            skipReason: nil,
            sentAt: time,
            deliveredAt: nil,
            firstOpenedAt: time,
            firstClickedAt: nil,
            openCount: 2,
            clickCount: 0,
            lastError: ""
        )
    }

    private static func message(_ id: Int64) -> TransactionalMessage {
        TransactionalMessage(
            id: TransactionalMessageID(id),
            createdAt: time,
            updatedAt: time,
            email: "learner@example.com",
            senderID: "courses",
            sender: "Courses <courses@example.com>",
            templateKey: "welcome",
            status: .sent,
            skipReason: "",
            subject: "Welcome",
            sendAt: nil,
            sentAt: time,
            deliveredAt: nil,
            firstOpenedAt: nil,
            firstClickedAt: nil,
            openCount: 0,
            clickCount: 0,
            lastError: "",
            contactID: ContactID(1),
            idempotencyKey: "k",
            providerMessageID: "p",
            audienceSlug: "main",
            metadata: [:]
        )
    }

    private static func event(_ id: Int64) -> StoredEvent {
        var event = StoredEvent(
            id: id,
            type: .open,
            occurredAt: time,
            audienceID: AudienceID(id == 5 ? 3 : 4),
            contactID: ContactID(1),
            email: "learner@example.com",
            campaignID: CampaignID(5),
            recipientID: RecipientID(42),
            transactionalMessageID: nil,
            metadata: ["classification": "human"]
        )
        event.clientID = id == 5 ? ClientID(2) : id == 1 ? nil : ClientID(9)
        return event
    }
}
