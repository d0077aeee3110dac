import Contracts
import JSON
import Model
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Templates", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TemplateTests {
    private func get(_ bench: TransactionalBench, _ key: String = "hello") async throws -> TemplateRecord? {
        try await bench.templates.list(ListTemplates(scope: TransactionalBench.scope, after: "", limit: 100)).templates.first { $0.key == key }
    }

    @Test("changed content is a new version, the same content is none, and old versions stay")
    func versions() async throws {
        let bench = try await TransactionalBench()
        let first = try await bench.put()
        #expect(first.created && first.template.version == 1)
        let same = try await bench.put { $0.name = "Other" }
        #expect(!same.created && same.template.version == 1 && same.template.content.name == "Other")
        let second = try await bench.put { $0.subject = "New {{ name }}" }
        #expect(!second.created && second.template.version == 2)
        #expect(second.template.createdAt == first.template.createdAt && second.template.updatedAt > first.template.updatedAt)
        let versions = ListTemplateVersions(scope: TransactionalBench.scope, key: "hello")
        #expect(try await bench.templates.versions(versions).templates.map(\.content.subject) == ["New {{ name }}", "Hi {{ name }}"])
        let old = PreviewTemplate(scope: TransactionalBench.scope, key: "hello", version: 1, context: ["name": "Ann"])
        #expect(try await bench.templates.preview(old).subject == "Hi Ann")
    }

    @Test("a send uses the newest version at once")
    func newest() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        #expect(try await bench.send(dryRun: true).rendered?.subject == "Hi Ann")
        try await bench.put { $0.subject = "Again {{ name }}" }
        #expect(try await bench.send(dryRun: true).rendered?.subject == "Again Ann")
    }

    @Test("a broken template is refused with every part's line and reason, and nothing is stored")
    func broken() async throws {
        let bench = try await TransactionalBench()
        await #expect {
            try await bench.put {
                $0.htmlBody = "<p>\n{% if %}"
                $0.textBody = "{{ a"
            }
        } throws: { error in
            guard let failure = error as? ValidationFailure else { return false }
            return failure.fields == ["html_body": "invalid_template", "text_body": "invalid_template"]
                && failure.details?["html_body"]?.hasPrefix("line 2") == true
        }
        #expect(try await get(bench) == nil)
    }

    @Test("the spellings of Django are understood, values are escaped in HTML only, and a subject stays one line")
    func django() async throws {
        let bench = try await TransactionalBench()
        try await bench.put { content in
            content.subject = "{{ name|default:'you' }}"
            content.htmlBody = "{% if not admin %}{{ name }}{% endif %} {{ raw|safe }} {{ text|linebreaksbr }}"
            content.textBody = "{{ raw|striptags }} {{ items.0.name }}"
        }
        let context: JSONValue = ["name": "A\r\n<b>", "raw": "<i>x</i>", "text": "a\nb", "items": [["name": "first"]]]
        let preview = PreviewTemplate(scope: TransactionalBench.scope, key: "hello", version: nil, context: context)
        let rendered = try await bench.templates.preview(preview)
        #expect(rendered.subject == "A  <b>")
        #expect(rendered.htmlBody.contains("&lt;b&gt;") && rendered.htmlBody.contains("<i>x</i>") && rendered.htmlBody.contains("a<br"))
        #expect(rendered.textBody == "x first")
    }

    @Test("missing names, unknown senders and bad required values are told together")
    func faults() async throws {
        let bench = try await TransactionalBench()
        await #expect(
            throws: ValidationFailure(
                [
                    "name": "required", "subject": "required", "default_sender_id": "not_configured", "required_context.1.name": "required",
                    "required_context.2.name": "duplicate",
                ]
            )
        ) {
            try await bench.put { content in
                content.name = " "
                content.subject = ""
                content.htmlBody = ""
                content.textBody = ""
                content.defaultSenderID = "zzz"
                content.requiredContext = ["a", "", "a"].map { RequiredContext(name: $0, description: "") }
            }
        }
    }

    @Test("a required value may be a member of an object; null is no value")
    func required() async throws {
        let bench = try await TransactionalBench()
        try await bench.put { $0.requiredContext = [RequiredContext(name: "user.name", description: "")] }
        #expect(try await bench.faults { $0.context = ["user": ["name": nil]] } == ["context.user.name": "required"])
        #expect(try await bench.faults { $0.context = ["user": ["name": ""]] } == [:])
    }

    @Test("two writers at once number their versions one after the other")
    func concurrent() async throws {
        let bench = try await TransactionalBench()
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<10 { group.addTask { try await bench.put { $0.subject = "s\(number)" } } }
        }
        let versions = ListTemplateVersions(scope: TransactionalBench.scope, key: "hello")
        #expect(try await bench.templates.versions(versions).templates.map(\.version) == Array((1...10).reversed()))
    }
}
