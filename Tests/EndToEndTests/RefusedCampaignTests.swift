import Contracts
import JSON
import Testing

extension EndToEnd {
    @Suite("Campaigns that are refused as a whole", .serialized) struct RefusedCampaigns {
        @Test(
            "An unverified sender or a suspended account pauses the campaign with the reason, and after mending everybody is mailed once",
            .timeLimit(.minutes(15)),
            arguments: [("rejected", "not verified"), ("paused", "SendingPausedException")]
        )
        func refused(fault: String, reason: String) async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUpOnSharedServer(ses.environment) { up, upFolder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(500)
                try await tenant.putCampaign("news")
                try await ses.misbehave(always: fault)
                try await tenant.queue("news")
                try await tenant.wait("news", for: .paused, within: .seconds(60))
                let paused = try await tenant.campaign("news")
                #expect(paused.statusReason.contains(reason), "\(paused.statusReason)")
                #expect(paused.statistics.failedCount < 200 && paused.statistics.sentCount == 0)
                let path = "/api/campaigns/news?audience=news&client=shop"
                let shown = try await up.api("GET", path, key: tenant.apiKey).json["campaign"]
                #expect(shown?["status"]?.stringValue == "paused" && shown?["status_reason"]?.stringValue?.contains(reason) == true)
                let status = try await up.command(["campaign", "status", "news", "--client", "shop"], upFolder)
                #expect(status.output.contains("paused (") && status.output.contains(reason), "\(status.output)")

                try await ses.misbehave(always: nil)
                try await eventually("nothing is in flight") { try await tenant.campaign("news").statistics.attemptingCount == 0 }
                _ = try await up.call(ResendCampaign(address: tenant.address("news"), kind: .failed))
                _ = try await up.call(ResumeCampaign(address: tenant.address("news")))
                try await tenant.wait("news", for: .sent, within: .seconds(150))
                let ledger = Ledger(try await tenant.recipients("news"), try await ses.accepted())
                ledger.expectTruth()
                #expect(ledger.count(.sent) == 500)
                try await up.expectVerified(upFolder)
            }
            try await ses.end()
        }

        @Test(
            "An endless loop is refused with its line when it is stored; one that only recipients' data reveal fails the campaign",
            .timeLimit(.minutes(15))
        )
        func endless() async throws {
            try await withUpOnSharedServer { up, folder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(50)
                let loop = "{% for a in (1..1000000000) %}{% for b in (1..1000000000) %}x{% endfor %}{% endfor %}"
                let body: (String) -> JSONValue = { html in
                    ["audience": "news", "client": "shop", "subject": "Hi", "html_body": .string(html), "text_body": ""]
                }
                let refused = try await up.api("PUT", "/api/campaigns/loop", key: tenant.apiKey, body("<p>hello</p>\n" + loop))
                #expect(refused.status == 400)
                #expect(refused.json["error"]?["fields"]?["html_body"]?.stringValue == "render_failed", "\(refused.json.text)")
                #expect(refused.json.text.contains("line 2, column"), "\(refused.json.text)")
                #expect(try await up.api("GET", "/api/campaigns/loop?audience=news&client=shop", key: tenant.apiKey).status == 404)

                let guarded = "<p>hello</p>\n{% if contact.attributes.first_name %}" + loop + "{% endif %}"
                let stored = try await up.api("PUT", "/api/campaigns/loop", key: tenant.apiKey, body(guarded))
                #expect(stored.status == 201, "\(stored.json.text)")
                try await tenant.queue("loop")
                let failed = try await eventually("it has failed", within: .seconds(90)) { () -> Campaign? in
                    let now = try await tenant.campaign("loop")
                    return now.status == .failed ? now : nil
                }
                #expect(failed.statusReason.contains("renders for nobody") && failed.statusReason.contains("line 2"), "\(failed.statusReason)")
                try await eventually("nobody is left behind") {
                    let numbers = try await tenant.campaign("loop").statistics
                    return numbers.pendingCount + numbers.attemptingCount == 0
                }
                #expect(try await tenant.campaign("loop").statistics.sentCount == 0)
                #expect(try await CapturedMail.readAll(up, folder).isEmpty)
                try await up.expectVerified(folder)
            }
        }
    }
}
