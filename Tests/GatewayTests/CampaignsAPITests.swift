import Contracts
import Foundation
import JSON
import Testing

@testable import Gateway

@Suite("The campaigns API", .timeLimit(.minutes(1)))
struct CampaignsAPITests {
    static let campaign = #"""
        {"external_key": "c1", "audience": "main", "client": "app", "subject": "News", "preview_text": "pre", "html_body": "<p>Hello</p>",
        "text_body": "Hello", "status": "draft", "scheduled_at": null, "sent_at": null, "category_tag": "", "recipient_list_key": "",
        "include_tags": [], "exclude_tags": [], "metadata": {"k": "v"}, "recipient_count": 0, "sent_count": 0, "skipped_count": 0,
        "delivered_count": 0, "unique_open_count": 0, "open_count": 0, "unique_click_count": 0, "click_count": 0, "unsubscribe_count": 0,
        "bounce_count": 0, "complaint_count": 0, "created_at": "2026-11-23T18:12:08.572291Z", "updated_at": "2026-11-23T18:12:08.572303Z"}
        """#
    static let scope = #"{"audience":"main","client":"app"}"#

    @Test(
        "each call answers with the recorded status and keys",
        arguments: [
            ("PUT", "new", 201, #"{"campaign":C,"created":true}"#), ("PUT", "c1", 200, #"{"campaign":C,"created":false}"#),
            ("POST", "c1/queue", 202, #"{"campaign":C,"queued":true,"batch_count":1,"recipient_count":3,"skipped_count":2}"#),
            ("POST", "c1/cancel", 200, #"{"campaign":C,"cancelled":true,"skipped_count":3}"#),
            ("POST", "c1/pause", 200, #"{"campaign":C}"#),
            ("POST", "c1/resume", 200, #"{"campaign":C}"#),
            ("POST", "c1/preview", 200, #"{"campaign":C,"preview":{"subject":"s","preview_text":"p","html_body":"h","text_body":"t"}}"#),
            ("POST", "c1/test-send", 202, #"{"campaign":C,"sent_count":1,"recipients":[{"email":"e","message_id":"m"}]}"#),
        ]
    )
    func answers(method: String, path: String, status: Int, sample: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let body =
                #"{"audience":"main","client":"app","subject":"News","text_body":"Hello","emails":["t1@example.com","T1@Example.com "]}"#
            let answer = try await gateway.api(method, "/api/campaigns/\(path)", body)
            #expect(answer.status == status)
            let recorded = try JSONValue.parse(
                sample.replacingOccurrences(of: "C,", with: Self.campaign + ",").replacingOccurrences(of: "C}", with: Self.campaign + "}")
            )
            #expect(SampleShape.differences(recorded, answer.json) == [])
            #expect(answer.json.objectValue?.keys == recorded.objectValue?.keys)
        }
    }

    @Test("a campaign is read by its decoded key, with our counters and settings besides the recorded ones")
    func get() async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("GET", "/api/campaigns/a%2Fb%20c?audience=main&client=app")
            #expect(answer.status == 200)
            let campaign = try #require(answer.json["campaign"])
            #expect(campaign["external_key"] == "a/b c")
            for key in [
                "failed_count", "unknown_count", "segment_key", "from_email", "track_opens", "track_clicks", "human_open_count",
                "human_click_count",
            ] {
                #expect(campaign[key] != nil)
            }
        }
    }

    @Test("only what a PUT names is changed; a null schedule is cleared")
    func change() async throws {
        try await TestGateway.run { (gateway) async throws in
            _ = try await gateway.api("PUT", "/api/campaigns/c1", #"{"audience":"main","client":"app","subject":"S","scheduled_at":null}"#)
            var expected = CampaignChange()
            expected.subject = "S"
            expected.clearsSchedule = true
            #expect(gateway.backend.state.now.campaignChanges == [expected])
        }
    }

    @Test(
        "faults are told as recorded",
        arguments: [
            ("GET", "none?audience=main&client=app", nil, 404, #"{"external_key":"not_found"}"#),
            ("GET", "c1", nil, 400, #"{"audience":"required","client":"required"}"#),
            ("POST", "none/queue", scope, 404, #"{"external_key":"not_found"}"#),
            ("POST", "none/preview", scope, 404, #"{"external_key":"not_found"}"#),
            ("PUT", "sent", scope, 409, #"{"status":"not_editable"}"#),
            ("POST", "sent/cancel", scope, 409, #"{"status":"not_cancellable"}"#),
            ("POST", "sent/pause", scope, 409, #"{"status":"not_pausable"}"#),
            ("POST", "c1/cancel", #"{"audience":"main","client":"other"}"#, 403, #"{"client":"forbidden"}"#),
            (
                "PUT", "c1", #"{"audience":"main","client":"app","subject":"","include_tags":"x","scheduled_at":"soon"}"#, 400,
                #"{"body":"required","include_tags":"must_be_list","scheduled_at":"invalid","subject":"required"}"#
            ),
            ("POST", "c1/test-send", scope, 400, #"{"emails":"required"}"#),
            ("POST", "c1/test-send", #"{"emails":"a@example.com"}"#, 400, #"{"emails":"must_be_list"}"#),
            ("POST", "c1/test-send", #"{"emails":["bad"]}"#, 400, #"{"emails":[{"index":0,"email":"bad","error":"invalid"}]}"#),
            ("POST", "c1/queue", "nonsense", 400, #"{"body":"invalid_json"}"#),
        ] as [(String, String, String?, Int, String)]
    )
    func faults(method: String, path: String, body: String?, status: Int, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api(method, "/api/campaigns/\(path)", body)
            #expect(answer.status == status)
            #expect(answer.json["error"]?["code"] == "validation_error")
            #expect(answer.json["error"]?["fields"]?.text == fields)
        }
    }

    @Test("a test send drops equal addresses and takes at most 25")
    func testSend() async throws {
        try await TestGateway.run { (gateway) async throws in
            func body(_ count: Int) -> String {
                let emails = (0..<count).map { "\"t\($0)@example.com\"" } + ["\"T0@example.com\""]
                return #"{"audience":"main","client":"app","emails":[\#(emails.joined(separator: ","))]}"#
            }
            #expect(try await gateway.api("POST", "/api/campaigns/c1/test-send", body(24)).status == 202)
            #expect(gateway.backend.state.now.tested.count == 24)
            #expect(try await gateway.api("POST", "/api/campaigns/c1/test-send", body(26)).status == 400)
        }
    }

    @Test("a service that is away is 503 with Retry-After", arguments: ["campaign", "delivery"])
    func away(service: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            (service == "campaign" ? gateway.backend.campaign : gateway.backend.delivery).isUp = false
            let answer = try await gateway.api("POST", "/api/campaigns/c1/preview", Self.scope)
            #expect(answer.status == 503)
            #expect(answer.json["error"]?["code"] == "service_unavailable")
        }
    }
}
