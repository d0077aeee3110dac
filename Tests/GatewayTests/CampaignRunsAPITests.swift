import Contracts
import JSON
import Testing
import Tokens

@testable import Gateway

@Suite("The API of running campaigns", .timeLimit(.minutes(1)))
struct CampaignRunsAPITests {
    static let scope = "audience=main&client=app"
    static let body = #""audience":"main","client":"app""#

    @Test("campaigns are listed page by page")
    func list() async throws {
        try await TestGateway.run { (gateway) async throws in
            let first = try await gateway.api("GET", "/api/campaigns?\(Self.scope)&limit=2")
            #expect(first.status == 200)
            #expect(first.json["campaigns"]?.arrayValue?.count == 2)
            #expect(first.json["next_cursor"] == "5")
            let all = try await gateway.api("GET", "/api/campaigns?\(Self.scope)")
            #expect(all.json["next_cursor"] == .null)
            #expect(try await gateway.api("GET", "/api/campaigns?\(Self.scope)&status=sent").json["campaigns"] == [])
            let bad = try await gateway.api("GET", "/api/campaigns?\(Self.scope)&status=gone&cursor=x&limit=0")
            #expect(bad.status == 400)
            #expect(
                bad.json["error"]?["fields"]?.text
                    == #"{"cursor":"invalid","limit":"must_be_between_1_and_200","status":"invalid"}"#
            )
        }
    }

    @Test("schedule, resend and stats answer with their keys; states and bad values are told")
    func running() async throws {
        try await TestGateway.run { (gateway) async throws in
            let scheduled = try await gateway.api(
                "POST",
                "/api/campaigns/c1/schedule",
                "{\(Self.body),\"scheduled_at\":\"2100-01-01T00:00:00Z\"}"
            )
            #expect(scheduled.status == 200)
            #expect(scheduled.json["campaign"]?["status"] == "scheduled")
            #expect(scheduled.json["campaign"]?["scheduled_at"] == "2100-01-01T00:00:00.000000Z")
            let past = try await gateway.api("POST", "/api/campaigns/c1/schedule", "{\(Self.body),\"scheduled_at\":\"2000-01-01T00:00:00Z\"}")
            #expect(past.status == 400 && past.json["error"]?["fields"]?["scheduled_at"] == "must_be_in_future")
            #expect(try await gateway.api("POST", "/api/campaigns/c1/schedule", "{\(Self.body)}").status == 400)
            let resent = try await gateway.api("POST", "/api/campaigns/c1/resend", "{\(Self.body),\"recipients\":\"failed\"}")
            #expect(resent.status == 202 && resent.json["resent_count"] == 4)
            let repeated = try await gateway.api(
                "POST",
                "/api/campaigns/c1/resend",
                "{\(Self.body),\"recipients\":\"unknown\",\"idempotency_key\":\"again\"}"
            )
            #expect(repeated.json["resent_count"] == 0)
            #expect(try await gateway.api("POST", "/api/campaigns/draft/resend", "{\(Self.body),\"recipients\":\"failed\"}").status == 409)
            #expect(try await gateway.api("POST", "/api/campaigns/c1/resend", "{\(Self.body),\"recipients\":\"all\"}").status == 400)
            let stats = try await gateway.api("GET", "/api/campaigns/c1/stats?\(Self.scope)&interval=day")
            #expect(stats.status == 200 && stats.json["interval"] == "day")
            #expect(stats.json["series"]?.arrayValue?.first?["opened"] == 2)
            #expect(stats.json["links"]?.arrayValue?.first?["url"] == "https://example.com/")
            #expect(try await gateway.api("GET", "/api/campaigns/none/stats?\(Self.scope)").status == 404)
        }
    }

    @Test("recipients come page by page as JSON, and all of them as one guarded CSV")
    func recipients() async throws {
        try await TestGateway.run { (gateway) async throws in
            let page = try await gateway.api("GET", "/api/campaigns/c1/recipients?\(Self.scope)&limit=2&cursor=1")
            #expect(page.status == 200)
            #expect(page.json["recipients"]?.arrayValue?.map { $0["id"] } == [2, 3])
            #expect(page.json["recipients"]?.arrayValue?.first?["contact_id"] == .null)
            #expect(page.json["next_cursor"] == "3")
            #expect(try await gateway.api("GET", "/api/campaigns/c1/recipients?\(Self.scope)&status=failed").json["recipients"] == [])
            let key = ["Authorization: Bearer \(TestGateway.apiKey)"]
            let file = try await gateway.send("GET", "/api/campaigns/c1/recipients.csv?\(Self.scope)", key)
            #expect(file.status == 200 && file.header("content-type") == "text/csv; charset=utf-8")
            let lines = file.text.split(separator: "\r\n")
            #expect(lines.count == 2_501)
            #expect(lines.first?.hasPrefix("id,contact_id,email,status,") == true)
            #expect(lines.allSatisfy { !$0.contains(",=r") })
            #expect(try await gateway.send("GET", "/api/campaigns/none/recipients.csv?\(Self.scope)", key).status == 404)
        }
    }

    @Test("a recipient's mail is shown to whoever has its link, sandboxed; every other token is a page that is not there")
    func view() async throws {
        try await TestGateway.run { (gateway) async throws in
            func path(_ purpose: TokenPurpose, _ kind: MessageKind, _ id: Int64) -> String {
                "/v/" + gateway.signer.sign(purpose, kind: kind, messageID: id)
            }
            let mail = try await gateway.get(path(.view, .campaign, 42))
            #expect(mail.status == 200 && mail.text.contains("<p>Hello</p>"))
            let policy = mail.header("content-security-policy") ?? ""
            #expect(policy.contains("sandbox") && policy.contains("default-src 'none'") && !policy.contains("allow-scripts"))
            #expect(mail.header("cache-control") == "no-store")
            let others = [
                path(.view, .campaign, 43), path(.view, .preview, 6), path(.unsubscribe, .preview, 5), path(.view, .transactional, 42),
                path(.unsubscribe, .campaign, 42), "/v/AAAA",
            ]
            for other in others { #expect(try await gateway.get(other).status == 404) }
            gateway.backend.campaign.isUp = false
            #expect(try await gateway.get(path(.view, .campaign, 42)).status == 503)
            #expect(try await gateway.get(path(.view, .preview, 5)).status == 503)
        }
    }

    @Test("the link of a test message shows the campaign that it is of, with nobody's data")
    func viewOfTest() async throws {
        try await TestGateway.run { (gateway) async throws in
            let mail = try await gateway.get("/v/" + gateway.signer.sign(.view, kind: .preview, messageID: 5))
            #expect(mail.status == 200 && mail.text.contains("Hello"))
            let previews = gateway.backend.state.now.previews
            #expect(previews.map(\.content.subject) == ["Of campaign 5"])
            #expect(previews.allSatisfy { $0.recipientID == nil && $0.contactID == nil && $0.email == nil })
        }
    }
}
