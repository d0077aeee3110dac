import Contracts
import Foundation
import HTTPTransport
import JSON
import Postgres
import TestSupport
import Testing

extension EndToEnd {
    /// What a person agrees to, and what is left of a person, through all services.
    @Suite("Consent and erasure", .serialized) struct Consent {
        private static let scope: [(key: String, value: JSONValue)] = [(key: "audience", value: "news"), (key: "client", value: "shop")]

        private func post(
            _ path: String,
            _ up: UpProcess,
            _ tenant: Tenant,
            _ members: [(key: String, value: JSONValue)]
        ) async throws
            -> (status: Int, json: JSONValue)
        {
            try await up.api("POST", path, key: tenant.apiKey, .object(JSONObject(Self.scope + members)))
        }

        private func isMailable(_ email: String, _ up: UpProcess, _ tenant: Tenant) async throws -> Bool? {
            let path = "/api/contacts/status?audience=news&client=shop&email=\(email)"
            return try await up.api("GET", path, key: tenant.apiKey).json["can_send_marketing"]?.boolValue
        }

        @Test("a subscription by double opt-in: its mail comes, looking at the link confirms nothing, the button does", .timeLimit(.minutes(15)))
        func doubleOptIn() async throws {
            try await withUpOnSharedServer { up, folder in
                let tenant = try await Tenant(up)
                let wish: [(key: String, value: JSONValue)] = [
                    (key: "email", value: "Ann@example.com"), (key: "wording", value: "Send me <news>."),
                    (key: "source", value: "https://acme.example/join"), (key: "ip_address", value: "192.0.2.77"), (key: "tags", value: ["vip"]),
                ]
                let asked = try await post("/api/subscriptions/request", up, tenant, wish)
                #expect(asked.status == 202 && asked.json["confirmation_sent"] == true, "\(asked.json.text)")
                #expect(try await isMailable("ann@example.com", up, tenant) == false)
                let mail = try await eventually("the mail is sent") { try await CapturedMail.readAll(up, folder).first }
                #expect(mail.recipient == "ann@example.com" && mail.defects.isEmpty)
                #expect(mail.html.contains("Send me &lt;news&gt;.") && mail.text.contains("Send me <news>."))
                let link = try #require(mail.links.first { $0.contains("/confirm/") })
                #expect(mail.text.contains(link))
                // Both parts of a scanner's visit.
                for method in ["HEAD", "GET"] { #expect(try await up.http(method, link).status == 200) }
                #expect(try await isMailable("ann@example.com", up, tenant) == false)
                let form: [HTTPRequest.Header] = [("Content-Type", "application/x-www-form-urlencoded")]
                for _ in 1...2 { #expect(try await up.http("POST", link, headers: form).status == 200) }
                #expect(try await isMailable("ann@example.com", up, tenant) == true)
                let path = "/api/contacts/explain?audience=news&client=shop&email=ann@example.com"
                let explained = try await up.api("GET", path, key: tenant.apiKey).json
                let consents = explained["consents"]?.arrayValue ?? []
                let consent = try #require(consents.count == 1 ? consents.first : nil, "\(explained.text)")
                #expect(consent["wording"] == "Send me <news>." && consent["source"] == "https://acme.example/join")
                #expect(consent["requested_from"] == "192.0.2.0" && consent["confirmed_at"]?.stringValue != nil)
                #expect(try await CapturedMail.readAll(up, folder).count == 1)
            }
        }

        @Test(
            "after an erasure no table of any service holds the address, also when services were killed on the way",
            .timeLimit(.minutes(15))
        )
        func erased() async throws {
            let database = try await TestDatabase.create(migrations: [])
            try await withUp(["DATAMAILER_DATABASE_URL": database.url(role: nil)]) { up, folder in
                let tenant = try await Tenant(up)
                try await leaveTraces(up, tenant, folder)
                let before = try await places(database)
                let expected = [
                    "audience.contacts", "audience.import_seen", "audience.list_members", "campaign.recipients",
                    "delivery.transactional_messages", "tracking.activity",
                ]
                #expect(Set(expected).isSubset(of: before), "\(before)")
                for name in ["CampaignService", "DeliveryService", "TrackingService"] {
                    for pid in up.table.pids(name) { kill(pid, SIGKILL) }
                }
                let answer = try await post("/api/contacts/erase", up, tenant, [(key: "email", value: "Gone@example.com")])
                #expect(answer.status == 200 && answer.json["erased"] == true, "\(answer.json.text)")
                try await eventually("nothing is left", within: .seconds(60)) { try await places(database).isEmpty }
                let refused = try await post("/api/contacts", up, tenant, [(key: "email", value: "gone@example.com")])
                #expect(refused.status == 400 && refused.json["error"]?["fields"] == ["email": "erased"], "\(refused.json.text)")
                #expect(try await isMailable("gone@example.com", up, tenant) != true)
                try await up.expectVerified(folder)
            }
            try await database.drop()
        }

        /// A contact who was imported, listed, mailed twice, read, clicked and left.
        private func leaveTraces(_ up: UpProcess, _ tenant: Tenant, _ folder: TemporaryFolder) async throws {
            func ok(_ path: String, _ members: [(key: String, value: JSONValue)]) async throws {
                let answer = try await post(path, up, tenant, members)
                #expect((200..<300).contains(answer.status), "\(path): \(answer.json.text)")
            }
            let person: JSONValue = [
                "email": "gone@example.com", "status": "subscribed", "verified": true, "tags": ["vip"],
                "attributes": ["also": "gone@example.com"],
            ]
            try await ok("/api/contacts/imports", [(key: "contacts", value: [person]), (key: "idempotency_key", value: "one")])
            let csv = "email,status,verified,first_name\ngone@example.com,subscribed,true,Gone\ngone@example.com,subscribed,true,Twice\n"
            let file = try folder.write("contacts.csv", csv.utf8)
            _ = try await up.json(["contacts", "import", file, "--audience", "news", "--client", "shop"], folder)
            let member: JSONValue = ["source_object_key": "sub:1", "email": "gone@example.com", "metadata": ["mail": "gone@example.com"]]
            try await ok("/api/recipient-lists/course:hw/members/bulk-upsert", [(key: "members", value: [member])])
            try await ok("/api/subscriptions/request", [(key: "email", value: "gone@example.com"), (key: "wording", value: "yes")])
            try await TransactionalLoad.putTemplate(up, tenant)
            _ = try await TransactionalLoad.send(up, tenant, key: "gone")
            let copied: JSONValue = [
                "email": "other@example.com", "template_key": "hello", "context": ["name": "Ann"], "cc": ["Gone <Gone@Example.com>"],
                "bcc": ["gone@example.com"],
            ]
            #expect(try await up.api("POST", "/api/transactional/send", key: tenant.apiKey, copied).status == 202)
            try await tenant.putCampaign("c")
            try await tenant.queue("c")
            try await tenant.wait("c", for: .sent)
            let mails = try await eventually("all mail is there") {
                let mails = try await CapturedMail.readAll(up, folder)
                return mails.count >= 3 ? mails : nil
            }
            let campaign = try #require(mails.first { !$0.pixel.isEmpty && !$0.clickLinks.isEmpty })
            let agent: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11) AppleWebKit/605.1.15")]
            #expect(try await up.http("GET", campaign.pixel, headers: agent).status == 200)
            #expect(try await up.http("GET", campaign.clickLinks[0], headers: agent).status == 302)
            let leave: [HTTPRequest.Header] = [("Content-Type", "application/x-www-form-urlencoded")]
            #expect(try await up.http("POST", campaign.unsubscribeLink, body: "List-Unsubscribe=One-Click", headers: leave).status == 200)
            #expect(try await isMailable("gone@example.com", up, tenant) == false)
        }

        /// The tables in which some row holds the address, as text or as bytes.
        private func places(_ database: TestDatabase) async throws -> [String] {
            try await database.pool(maximumConnections: 1).run(TablesWithAddress())
        }
    }
}

private struct TablesWithAddress: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
        WHERE table_schema IN ('audience', 'campaign', 'delivery', 'tracking') AND table_type = 'BASE TABLE'
            AND (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.%I AS t WHERE t::text ILIKE %L OR t::text LIKE %L',
                table_schema, table_name, '%gone@example.com%', '%' || encode('gone@example.com', 'hex') || '%'), false, true, '')))[1]::text::int > 0
        ORDER BY 1
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("name") }
}
