import Contracts
import Foundation
import JSON
import Testing

@testable import Gateway

@Suite("The contacts API", .timeLimit(.minutes(1)))
struct ContactsAPITests {
    static let contact = #"""
        {"contact_id": 1, "email": "learner@example.com", "exists": true, "verified": false, "verified_at": null, "email_validation":
        {"status": "externally_validated", "reason": "signup", "validated_at": "2026-11-23T18:11:32.131607Z"}, "global_unsubscribed": false,
        "hard_bounced": false, "complained": false, "audience": {"slug": "main", "subscribed": false, "status": null, "verified": false,
        "verified_at": null, "unsubscribed_at": null, "unsubscribe_reason": ""}, "client": {"slug": "app", "subscribed": true, "status":
        "subscribed", "verified": true, "verified_at": "2026-11-23T18:11:32.135576Z", "unsubscribed_at": null, "unsubscribe_reason": ""},
        "can_send_marketing": true, "can_send_transactional": true, "tags": ["beta", "ml-zoomcamp"]}
        """#

    @Test("an upsert answers with the recorded keys")
    func upsert() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = """
                {"email":"Learner@Example.com","audience":"main","client":"app","status":"subscribed","tags":["ML Zoomcamp"],"verified":true,
                "email_validation":{"status":"externally_validated","reason":"signup"},"attributes":{"first_name":"Ann"},"unknown":[1]}
                """
            let (status, json) = try await gateway.api("POST", "/api/contacts", body)
            #expect(status == 200)
            #expect(try SampleShape.differences(JSONValue.parse(Self.contact), json) == [])
            let change = try #require(gateway.backend.state.now.upserts.first)
            #expect(change.status == .subscribed)
            #expect(change.validationStatus == .externallyValidated)
            #expect(change.attributes == ["first_name": "Ann"])
        }
    }

    @Test("a field that is absent, or null, is not changed")
    func absent() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = #"{"email":"a@example.com","audience":"main","client":"app","status":null}"#
            #expect(try await gateway.api("POST", "/api/contacts", body).status == 200)
            #expect(gateway.backend.state.now.upserts == [ContactChange(email: "a@example.com")])
        }
    }

    @Test("the status of a known and of an unknown address has the recorded keys, without tags")
    func status() async throws {
        try await TestGateway.run { (gateway) async throws in
            let query = "audience=main&client=app"
            let known = try await gateway.api("GET", "/api/contacts/status?email=learner%40example.com&\(query)")
            #expect(known.status == 200)
            #expect(known.json.objectValue?.keys == (try JSONValue.parse(Self.contact).objectValue?.keys.filter { $0 != "tags" }))
            let unknown = try await gateway.api("GET", "/api/contacts/status?email=unknown@example.com&\(query)").json
            #expect(unknown["contact_id"] == .null)
            #expect(unknown["exists"] == false)
            #expect(unknown["can_send_marketing"] == false)
        }
    }

    @Test(
        "faults are told as recorded, all of a body together",
        arguments: [
            ("", 400, #"{"audience":"required","client":"required","email":"required"}"#),
            (#"{"email":"l@example.com","audience":"none","client":"app"}"#, 400, #"{"audience":"not_found"}"#),
            (#"{"email":"l@example.com","audience":"main","client":"other"}"#, 403, #"{"client":"forbidden"}"#),
            (
                #"{"email":"no","audience":"zzz","client":"other","tags":1}"#, 403,
                #"{"audience":"not_found","client":"forbidden","email":"invalid","tags":"must_be_list"}"#
            ),
            (#"{"email":"nope","audience":"main","client":"app"}"#, 400, #"{"email":"invalid"}"#),
            (
                #"{"email":"nope","audience":"main","client":"app","status":"x","tags":"x"}"#, 400,
                #"{"email":"invalid","status":"invalid","tags":"must_be_list"}"#
            ),
            (
                #"{"email":5,"audience":[],"client":{}}"#, 400,
                #"{"audience":"must_be_string","client":"must_be_string","email":"must_be_string"}"#
            ),
            (#"{"email":"a@example.com","audience":"main","client":"app","verified":"yes"}"#, 400, #"{"verified":"must_be_boolean"}"#),
            (#"{"email":"a@example.com","audience":"main","client":"app","attributes":[]}"#, 400, #"{"attributes":"must_be_object"}"#),
            (
                #"{"email":"a@example.com","audience":"main","client":"app","email_validation":{"status":"x"}}"#, 400,
                #"{"email_validation.status":"invalid"}"#
            ),
            ("{bad", 400, #"{"body":"invalid_json"}"#), ("[1]", 400, #"{"body":"must_be_object"}"#),
            (#"{"email":"a\u0000@example.com"}"#, 400, #"{"body":"invalid_json"}"#),
            (#"{"a":{"b\u0000":1}}"#, 400, #"{"body":"invalid_json"}"#),
            (#"{"a":"\ud800"}"#, 400, #"{"body":"invalid_json"}"#), (#"{"a":1e999999}"#, 400, #"{"body":"invalid_json"}"#),
            (String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40), 400, #"{"body":"invalid_json"}"#),
        ]
    )
    func faults(body: String, status: Int, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("POST", "/api/contacts", body)
            #expect(answer.status == status)
            #expect(answer.json["error"]?["code"] == "validation_error")
            #expect(answer.json["error"]?["fields"]?.text == fields)
            #expect(gateway.backend.state.now.upserts.isEmpty)
        }
    }

    @Test("a body that is not UTF-8 is invalid JSON, not a 500")
    func notUTF8() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = Array(#"{"email":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
            let reply = try await gateway.send("POST", "/api/contacts", ["Authorization: Bearer \(TestGateway.apiKey)"], body: body)
            #expect(reply.status == 400)
            #expect(reply.text == #"{"error":{"code":"validation_error","fields":{"body":"invalid_json"}}}"#)
        }
    }

    @Test("a status without parameters names all three")
    func statusRequired() async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("GET", "/api/contacts/status")
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["fields"]?.text == #"{"audience":"required","client":"required","email":"required"}"#)
        }
    }

    @Test("senders are read and replaced as recorded")
    func senders() async throws {
        try await TestGateway.run { (gateway) async throws in
            let read = try await gateway.api("GET", "/api/client/senders").json.text
            #expect(
                read == #"{"client":{"organization":"dtc","slug":"app","name":"app"},"default_sender_id":"courses","#
                    + #""senders":[{"id":"courses","email":"Courses <courses@example.com>"}]}"#
            )
            let put = #"{"default_sender":"news","senders":[{"id":"news","email":"newsletter@example.com"}]}"#
            let written = try await gateway.api("PUT", "/api/client/senders", put)
            #expect(written.status == 200)
            #expect(written.json["default_sender_id"] == "news")
            let bad = #"{"default_sender_id":"zzz","senders":[{"id":"a b","email":"x@example.com"},{"id":"ok","email":"nope"}]}"#
            let refused = try await gateway.api("PUT", "/api/client/senders", bad)
            #expect(refused.status == 400)
            #expect(
                refused.json["error"]?["fields"]?.text
                    == #"{"default_sender_id":"not_configured","senders.0.id":"invalid","senders.1.email":"invalid"}"#
            )
            let empty = try await gateway.api("PUT", "/api/client/senders", "{}").json["error"]?["fields"]?.text
            #expect(empty == #"{"default_sender_id":"required","senders":"must_be_non_empty_list"}"#)
        }
    }
}
