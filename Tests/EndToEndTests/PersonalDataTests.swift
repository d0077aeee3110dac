import Contracts
import JSON
import Model
import Testing

extension EndToEnd {
    /// What is asked of people and told to them, with several clients of one organization.
    @Suite("Requests and exports of several clients", .serialized) struct PersonalData {
        @Test("a subscription request whose mail cannot be sent is refused with the reasons, and nothing is stored", .timeLimit(.minutes(15)))
        func unsendable() async throws {
            try await withUpOnSharedServer { up, folder in
                let tenant = try await Tenant(up)
                let bare = try await up.call(
                    Provision(organization: "acme", audience: "news", client: "bare", senders: [], keyName: "bare")
                )
                let bareKey = try #require(bare.apiKey)
                func request(
                    _ client: String,
                    _ key: String,
                    _ more: [(key: String, value: JSONValue)] = []
                ) async throws -> (status: Int, json: JSONValue) {
                    let members: [(key: String, value: JSONValue)] = [
                        (key: "audience", value: "news"), (key: "client", value: .string(client)), (key: "email", value: "ann@example.com"),
                        (key: "wording", value: "Send me news."),
                    ]
                    return try await up.api("POST", "/api/subscriptions/request", key: key, .object(JSONObject(members + more)))
                }
                let senderless = try await request("bare", bareKey)
                #expect(senderless.status == 400 && senderless.json["error"]?["fields"] == ["from_email": "not_configured"])
                var content = TemplateContent(name: "Confirm", subject: "Confirm {{ course }}")
                content.textBody = "{{ confirm_url }}"
                content.requiredContext = [RequiredContext(name: "course", description: "")]
                _ = try await up.call(PutTemplate(scope: tenant.scope, key: "subscription-confirmation", content: content))
                let foreign = try await request("shop", tenant.apiKey)
                #expect(foreign.status == 400 && foreign.json["error"]?["fields"] == ["context.course": "required"])
                content.isActive = false
                _ = try await up.call(PutTemplate(scope: tenant.scope, key: "off", content: content))
                let off = try await request("shop", tenant.apiKey, [(key: "template_key", value: "off")])
                #expect(off.status == 400 && off.json["error"]?["fields"]?["template_key"] == "inactive")
                let missing = try await request("shop", tenant.apiKey, [(key: "template_key", value: "nope")])
                #expect(missing.status == 404 && missing.json["error"]?["fields"] == ["template_key": "not_found"])
                let status = try await up.api(
                    "GET",
                    "/api/contacts/status?audience=news&client=shop&email=ann@example.com",
                    key: tenant.apiKey
                )
                #expect(status.json["exists"] == false)
                content.requiredContext = []
                content.isActive = true
                _ = try await up.call(PutTemplate(scope: tenant.scope, key: "subscription-confirmation", content: content))
                let fine = try await request("shop", tenant.apiKey)
                #expect(fine.status == 202 && fine.json["confirmation_sent"] == true)
                try await eventually("the mail is sent") { try await !CapturedMail.readAll(up, folder).isEmpty }
                try await up.expectVerified(folder)
            }
        }

        @Test("the export of personal data holds the messages of every client of the organization with their contents", .timeLimit(.minutes(15)))
        func export() async throws {
            try await withUpOnSharedServer { up, _ in
                let tenant = try await Tenant(up)
                let other = try await up.call(
                    Provision(
                        organization: "acme",
                        audience: "news",
                        client: "school",
                        senders: [Sender(id: "s", email: "s@acme.example")],
                        keyName: "school"
                    )
                )
                let schoolKey = try #require(other.apiKey)
                for (scope, key, word) in [(tenant.scope, tenant.apiKey, "shop"), (other.client.scope, schoolKey, "school")] {
                    var content = TemplateContent(name: "T", subject: "From \(word)")
                    content.textBody = "Hello from \(word)"
                    _ = try await up.call(PutTemplate(scope: scope, key: "t", content: content))
                    let body: JSONValue = ["email": "ann@example.com", "template_key": "t", "cc": ["c@example.com"], "bcc": ["b@example.com"]]
                    #expect(try await up.api("POST", "/api/transactional/send", key: key, body).status == 202)
                }
                let path = "/api/contacts/export-personal-data?audience=news&client=shop&email=ann@example.com"
                let found = try await eventually("both are in the log") { () -> JSONValue? in
                    let json = try await up.api("GET", path, key: tenant.apiKey).json
                    return (json["events"]?.arrayValue?.count ?? 0) >= 4 ? json : JSONValue?.none
                }
                let messages = found["transactional_messages"]?.arrayValue ?? []
                #expect(messages.map { $0["client"] } == ["school", "shop"], "\(found.text)")
                #expect(messages.map { $0["text_body"] } == ["Hello from school", "Hello from shop"])
                #expect(messages.allSatisfy { $0["cc"] == ["c@example.com"] && $0["bcc"] == ["b@example.com"] })
                let clients = Set((found["events"]?.arrayValue ?? []).compactMap { $0["client"]?.stringValue })
                #expect(clients == ["school", "shop"])
            }
        }
    }
}
