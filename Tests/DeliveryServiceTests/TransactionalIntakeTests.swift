import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Accepting transactional mail", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TransactionalIntakeTests {
    private static let nothing = TableCounts(messages: 0, events: 0, queued: 0, news: 0)

    @Test("message, event, queue entry and the news for Tracking are there when the answer is")
    func accepted() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k1") { $0.metadata = ["source": "walk"] }
        #expect(receipt.status == .queued && receipt.isEnqueued && !receipt.isReplay && receipt.idempotencyKey == "k1")
        #expect(receipt.senderID == "courses" && receipt.sender == "Courses <courses@example.org>")
        #expect(try await bench.counts() == TableCounts(messages: 1, events: 1, queued: 1, news: 1))
        let detail = try await bench.detail(receipt)
        #expect(detail.message.subject == "Hi Ann" && detail.message.metadata == ["source": "walk"])
        #expect(detail.events.map(\.type) == ["queued"])
        let entry = try #require(try await bench.bench.queue.receive(.transactionalEmail, limit: 1).first)
        let body = try JSONValue.parse(entry.body)
        #expect(body["contract"] == "transactional-email" && body["version"] == 1 && body["idempotency_key"] == "k1")
        #expect(body["client_id"] == 7 && body["template_key"] == "hello")
        #expect(try TransactionalEmailMessage(body: entry.body).messageID == receipt.messageID?.rawValue)
    }

    @Test("a repetition of a key is answered with the first message, another body is a conflict (D14)")
    func replay() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let first = try await bench.send("k1") { $0.context = ["name": "Ann", "more": [1, 2]] }
        let again = try await bench.send("k1") { $0.context = ["more": [1, 2], "name": "Ann"] }
        #expect(again.messageID == first.messageID && again.isReplay && !again.isEnqueued)
        await #expect(throws: ValidationFailure.field("idempotency_key", "body_mismatch")) {
            try await bench.send("k1") { $0.context = ["name": "Bob", "more": [1, 2]] }
        }
        let uncompared = try await bench.send("k1") { $0.comparesBody = false }
        #expect(uncompared.messageID == first.messageID)
        #expect(try await bench.counts().messages == 1)
    }

    @Test("keys belong to their client")
    func tenants() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let other = ClientScope(organizationID: OrganizationID(2), clientID: ClientID(8))
        _ = try await bench.templates.put(PutTemplate(scope: other, key: "hello", content: TemplateContent(name: "H", subject: "s")))
        let mine = try await bench.send("k1")
        var send = TransactionalSend(email: "ann@example.com", templateKey: "hello")
        send.idempotencyKey = "k1"
        let theirs = try await bench.intake.accept(send, scope: other, dryRun: false)
        #expect(theirs.messageID != mine.messageID && !theirs.isReplay)
        let id = try #require(mine.messageID)
        #expect(try await bench.database.first(MessageByID(clientID: ClientID(8), id: id)) == nil)
    }

    @Test("many requests with one key at once make one message, and all get it (D14)")
    func concurrent() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipts = try await withThrowingTaskGroup(of: TransactionalReceipt.self) { group in
            for _ in 0..<40 { group.addTask { try await bench.send("same") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(receipts.map(\.messageID)).count == 1 && receipts.count { !$0.isReplay } == 1)
        #expect(try await bench.counts() == TableCounts(messages: 1, events: 1, queued: 1, news: 1))
    }

    @Test("unique requests share their commits")
    func grouped() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<200 { group.addTask { _ = try await bench.send("k\(number)") } }
        }
        #expect(try await bench.counts() == TableCounts(messages: 200, events: 200, queued: 200, news: 200))
        // Without groups Audience would be asked 200 times.
        #expect(bench.audience.state.withLock { $0.prepares } < 100)
    }

    @Test("a dry run stores nothing at all, and shows what would be sent and whether")
    func dryRun() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k", dryRun: true) { $0.context = ["name": "<b>Ann</b>"] }
        #expect(receipt.messageID == nil && receipt.createdAt == nil && !receipt.isEnqueued && receipt.refusal == nil)
        #expect(receipt.rendered?.htmlBody == "<p>Hi &lt;b&gt;Ann&lt;/b&gt;</p>" && receipt.rendered?.subject == "Hi <b>Ann</b>")
        bench.audience.refuse("ann@example.com", "hard_bounce")
        #expect(try await bench.send(dryRun: true).refusal == .hardBounce)
        #expect(try await bench.counts() == Self.nothing && bench.audience.contacts.isEmpty)
    }

    @Test("a dry run looks at nothing stored: a known key changes nothing about its answer")
    func dryRunOfKnownKey() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        _ = try await bench.send("k")
        for name in ["Ann", "Bob"] {
            let receipt = try await bench.send("k", dryRun: true) { $0.context = ["name": .string(name)] }
            #expect(receipt.messageID == nil && receipt.createdAt == nil && !receipt.isReplay && !receipt.isEnqueued)
            #expect(receipt.rendered?.subject == "Hi \(name)" && receipt.idempotencyKey == "k")
        }
        await #expect(throws: ValidationFailure.field("context.name", "required")) {
            try await bench.send("k", dryRun: true) { $0.context = [:] }
        }
        #expect(try await bench.counts().messages == 1)
    }

    @Test("a suppressed recipient is stored as skipped, and its replay says so too (D14)")
    func suppressed() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        bench.audience.refuse("ann@example.com", "complaint")
        let receipt = try await bench.send("k")
        #expect(receipt.status == .skipped && receipt.refusal == .complaint && !receipt.isEnqueued)
        let replay = try await bench.send("k")
        #expect(replay.isReplay && replay.refusal == .complaint && replay.messageID == receipt.messageID)
        #expect(try await bench.counts() == TableCounts(messages: 1, events: 1, queued: 0, news: 1))
        #expect(try await bench.detail(receipt).events.first?.metadata == ["reason": "complaint"])
    }

    @Test("all faults are told together, before anything is stored or a contact is made")
    func faults() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let found = try await bench.faults { send in
            send.context = ["name": nil]
            send.senderID = "zzz"
            send.headers = [MailHeader(name: "From", value: "x"), MailHeader(name: "X-B", value: "a\nb"), MailHeader(name: "a b", value: "")]
            send.cc = ["fine@example.com", "nobody"]
            send.replyTo = "x y"
            send.parts = [MailPart(contentType: "nonsense", content: "", filename: "")]
            send.attachments = [MailAttachment(filename: "a.pdf", contentType: "application/pdf", content: "%%%", contentID: "")]
            send.idempotencyKey = String(repeating: "k", count: 256)
            send.categoryTag = "news"
        }
        let expected = [
            "context.name": "required", "from_email": "not_configured", "headers.From": "reserved", "headers.X-B": "invalid_value",
            "headers.a b": "invalid_name", "cc.1": "invalid", "reply_to": "invalid", "message_parts.0.content_type": "invalid",
            "attachments.0.content": "invalid", "idempotency_key": "too_long", "audience": "required",
        ]
        #expect(found == expected)
        #expect(try await bench.faults { $0.templateKey = "nope" } == ["template_key": "not_found"])
        #expect(try await bench.faults { $0.email = " " } == ["email": "required"])
        #expect(try await bench.faults { $0.email = "nobody" } == ["email": "invalid"])
        #expect(try await bench.counts() == Self.nothing && bench.audience.contacts.isEmpty)
    }

    @Test("more headers, parts, files or recipients than allowed are refused, and an erased address too")
    func limits() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        bench.audience.refuse("gone@example.com", "erased")
        let found = try await bench.faults { send in
            send.email = "gone@example.com"
            send.headers = (0..<21).map { MailHeader(name: "X-\($0)", value: "v") }
            send.parts = (0..<11).map { _ in MailPart(contentType: "text/plain", content: "x", filename: "") }
            send.cc = (0..<50).map { "c\($0)@example.com" }
            send.attachments = [MailAttachment(filename: "a", contentType: "a/b", content: String(repeating: "A", count: 10_400_000), contentID: "")]
        }
        #expect(
            found == [
                "email": "erased", "headers": "too_many", "message_parts": "too_many", "cc": "too_many", "attachments": "too_large",
            ]
        )
    }

    @Test("a template that is switched off sends nothing; one that cannot render this context is refused with the place")
    func templates() async throws {
        let bench = try await TransactionalBench()
        try await bench.put { $0.isActive = false }
        #expect(try await bench.faults { _ in } == ["template_key": "inactive"])
        try await bench.put {
            $0.strictVariables = true
            $0.textBody = "a\n{{ missing }}"
        }
        await #expect {
            try await bench.send()
        } throws: { error in
            (error as? ValidationFailure)?.fields == ["text_body": "render_failed"]
                && (error as? ValidationFailure)?.details?["text_body"]?.hasPrefix("line 2") == true
        }
        #expect(try await bench.counts() == Self.nothing)
    }
}
