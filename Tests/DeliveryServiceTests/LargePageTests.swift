import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@testable import DeliveryService

/// Every page of large rows fits into one answer, and all pages together hold all rows.
@Suite("Pages of large rows", .database(DeliveryBench.migrations), .timeLimit(.minutes(3)))
struct LargePageTests {
    static let scope = TransactionalBench.scope

    /// Through the wire's encoding, with its limit for an answer.
    private func caller(_ bench: TransactionalBench) -> InProcessCaller {
        var methods = RPCMethodTable()
        bench.handlers.register(in: &methods)
        bench.templates.register(in: &methods)
        return InProcessCaller(methods)
    }

    /// Bodies of what JSON writes as six bytes each.
    private static func body(_ number: Int) -> String { String(repeating: "\u{1}", count: 1_000_000) + "\(number)" }

    @Test("templates of the largest size")
    func templates() async throws {
        let bench = try await TransactionalBench()
        for number in 10..<12 {
            try await bench.put("t\(number)") {
                $0.htmlBody = Self.body(number)
                $0.textBody = Self.body(number)
            }
        }
        for number in 30..<33 { try await bench.put("t\(number)") }
        let caller = caller(bench)
        var (keys, sizes, after): ([String], [Int], String?) = ([], [], "")
        while let cursor = after {
            let page = try await caller.call(ListTemplates(scope: Self.scope, after: cursor, limit: 100))
            keys += page.templates.map(\.key)
            sizes.append(page.templates.count)
            after = page.next
        }
        #expect(keys == ["t10", "t11", "t30", "t31", "t32"] && sizes == [1, 4], "\(sizes)")
    }

    @Test("versions of the largest size, by their cursor")
    func versions() async throws {
        let bench = try await TransactionalBench()
        for number in 1...2 {
            try await bench.put {
                $0.htmlBody = Self.body(number)
                $0.textBody = Self.body(number)
            }
        }
        let caller = caller(bench)
        var (found, before): ([Int], Int?) = ([], Int(Int32.max))
        while let cursor = before {
            let page = try await caller.call(ListTemplateVersions(scope: Self.scope, key: "hello", before: cursor))
            found += page.templates.map(\.version)
            before = page.next.flatMap { Int($0) }
        }
        #expect(found == [2, 1])
        let none = try await caller.call(ListTemplateVersions(scope: Self.scope, key: "hello", before: 1))
        #expect(none.templates.isEmpty && none.next == nil)
        await #expect(throws: RPCCallError<ValidationFailure>.self) {
            try await caller.call(ListTemplateVersions(scope: Self.scope, key: "nope"))
        }
    }

    @Test("messages with the most metadata: a history of them, and an export with all contents of every client")
    func messages() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let first = try await bench.send {
            $0.metadata = ["m": .string(String(repeating: "y", count: (64 << 10) - 10))]
            $0.cc = ["Bob <bob@example.com>"]
            $0.bcc = ["carl@example.com"]
            $0.headers = [MailHeader(name: "X-A", value: "1")]
            $0.parts = [MailPart(contentType: "text/calendar", content: "BEGIN", filename: "")]
            $0.attachments = [MailAttachment(filename: "a.txt", contentType: "text/plain", content: "YQ==", contentID: "")]
        }
        // Copies of it, some of another client of the organization, and one of another organization.
        try await bench.script(
            """
            INSERT INTO delivery.transactional_messages (
                organization_id, client_id, audience_id, audience_slug, contact_id, email, sender_id, sender, reply_to, cc, bcc, template_id,
                template_key, idempotency_key, body_hash, category_tag, subject, html_body, text_body, extras, metadata, status, resends_left
            )
            SELECT
                CASE WHEN n = 271 THEN 2 ELSE 1 END, CASE WHEN n > 260 THEN 8 ELSE 7 END, audience_id, audience_slug, contact_id, email,
                sender_id, sender, reply_to, cc, bcc, template_id, template_key, 'copy:' || n, body_hash, category_tag, subject, html_body,
                text_body, extras, metadata, status, resends_left
            FROM delivery.transactional_messages, generate_series(1, 271) AS n
            """
        )
        let caller = caller(bench)
        let history = try await caller.call(ContactMessages(scope: Self.scope, contactID: ContactID(1), limit: 500))
        #expect(history.messages.count == 261 && history.messages.allSatisfy { $0.metadata == [:] })
        var exported: [ExportedMessage] = []
        var call = ExportContactMessages(organizationID: OrganizationID(1), contactID: ContactID(1))
        while true {
            let page = try await caller.call(call)
            exported += page.messages
            guard let next = page.next else { break }
            call.before = next
        }
        #expect(exported.count == 271 && Set(exported.map(\.message.id)).count == 271)
        #expect(Set(exported.map(\.clientID.rawValue)) == [7, 8])
        let last = try #require(exported.last)
        #expect(last.message.id == first.messageID && last.htmlBody == "<p>Hi Ann</p>" && last.textBody == "Hi Ann" && !last.isCut)
        #expect(last.cc == ["Bob <bob@example.com>"] && last.bcc == ["carl@example.com"] && last.message.metadata["m"] != nil)
        #expect(last.headers.map(\.name) == ["X-A"] && last.parts.map(\.content) == ["BEGIN"] && last.attachments.map(\.content) == ["YQ=="])
    }

    @Test("a message whose contents fill the largest request is exported too")
    func largestMessage() async throws {
        let bench = try await TransactionalBench()
        try await bench.put {
            $0.subject = "Large"
            $0.htmlBody = "{{ name }}"
            $0.textBody = "{{ name }}"
        }
        let receipt = try await bench.send {
            $0.context = ["name": .string(String(repeating: "\u{1}", count: 1_000_000))]
            $0.attachments = [
                MailAttachment(
                    filename: "a",
                    contentType: "text/plain",
                    content: String(repeating: "YWFh", count: 2_400_000),
                    contentID: ""
                )
            ]
        }
        let page = try await caller(bench).call(ExportContactMessages(organizationID: OrganizationID(1), contactID: ContactID(1)))
        let message = try #require(page.messages.first)
        #expect(message.message.id == receipt.messageID && message.textBody.utf8.count == 1_000_000)
        #expect(message.isCut && message.attachments.isEmpty)
    }

    @Test("metadata and examples over 64 KiB, descriptions and subjects that are too long are refused")
    func limits() async throws {
        let bench = try await TransactionalBench()
        try await bench.put { $0.exampleContext = ["m": .string(String(repeating: "y", count: (64 << 10) - 8))] }
        let large: JSONValue = ["m": .string(String(repeating: "y", count: (64 << 10) - 7))]
        #expect(large.text.utf8.count == (64 << 10) + 1)
        #expect(try await bench.faults { $0.metadata = large } == ["metadata": "too_long"])
        #expect(try await bench.faults { $0.context = ["name": .string(String(repeating: "n", count: 4_001))] } == ["subject": "too_long"])
        do {
            try await bench.put {
                $0.exampleContext = large
                $0.requiredContext = [RequiredContext(name: "name", description: String(repeating: "d", count: 1_001))]
            }
            Issue.record("stored")
        } catch let failure as ValidationFailure {
            #expect(failure.fields == ["example_context": "too_long", "required_context.0.description": "too_long"])
        }
    }
}
