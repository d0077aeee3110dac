import Contracts
import Foundation
import JSON
import JSONRPC
import Model
import Testing

@testable import Gateway

@Suite("The endpoints about contacts", .timeLimit(.minutes(1)))
struct ContactEndpointTests {
    static let scope = #""audience":"main","client":"app""#

    /// The last call of a type that Audience got.
    private func last<Method: RPCMethod>(_ gateway: TestGateway, _: Method.Type) throws -> Method {
        try #require(gateway.backend.state.now.contactCalls.last as? Method)
    }

    @Test("changes of one contact answer with the recorded keys")
    func changes() async throws {
        let sample = try JSONValue.parse(ContactsAPITests.contact)
        try await TestGateway.run { (gateway) async throws in
            for (method, path, body) in [
                ("PATCH", "verification", #""verified":true"#), ("PATCH", "validation", #""status":"valid","reason":"mx ok""#),
                ("PATCH", "suppression", #""hard_bounced":true,"reason":"manual""#), ("PUT", "tags", #""tags":["one","two"]"#),
            ] {
                let (status, json) = try await gateway.api(method, "/api/contacts/1/\(path)", "{\(Self.scope),\(body)}")
                #expect(status == 200)
                #expect(SampleShape.differences(sample, json) == [])
            }
            for method in ["POST", "DELETE"] {
                let (status, json) = try await gateway.api(method, "/api/contacts/1/tags/ml%20zoom", "{\(Self.scope)}")
                #expect(status == 200)
                #expect(SampleShape.differences(sample, json) == [])
                let call = try last(gateway, SetContactTags.self)
                #expect(call.tags == ["ml zoom"] && call.change == (method == "POST" ? .add : .remove))
            }
        }
    }

    @Test("suppression names only what the body names")
    func suppression() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = "{\(Self.scope),\"hard_bounced\":false,\"complained\":null}"
            #expect(try await gateway.api("PATCH", "/api/contacts/1/suppression", body).status == 200)
            let call = try last(gateway, SetContactSuppression.self)
            #expect(call.hardBounced == false && call.complained == nil && call.globalUnsubscribed == nil)
            #expect(call.scope.organizationID == OrganizationID(1) && call.scope.clientID == ClientID(2))
        }
    }

    @Test(
        "faults of changes are told as recorded",
        arguments: [
            ("PATCH", "1/verification", "", 400, #"{"verified":"required"}"#),
            ("PATCH", "1/verification", #","verified":"yes""#, 400, #"{"verified":"must_be_boolean"}"#),
            ("PATCH", "1/validation", #","status":"zzz""#, 400, #"{"email_validation.status":"invalid"}"#),
            ("PATCH", "1/validation", "", 400, #"{"email_validation.status":"invalid"}"#),
            ("PATCH", "1/suppression", #","complained":1"#, 400, #"{"complained":"must_be_boolean"}"#),
            ("PUT", "1/tags", #","tags":"x""#, 400, #"{"tags":"must_be_list"}"#),
            ("PUT", "999999999/tags", #","tags":["one"]"#, 404, #"{"contact_id":"not_found"}"#),
            ("PATCH", "0/verification", #","verified":true"#, 404, #"{"contact_id":"not_found"}"#),
            ("PATCH", "x/suppression", "", 404, #"{"contact_id":"not_found"}"#),
            ("DELETE", "99999999999999999999/tags/a", "", 404, #"{"contact_id":"not_found"}"#),
        ]
    )
    func faults(method: String, path: String, more: String, status: Int, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api(method, "/api/contacts/\(path)", "{\(Self.scope)\(more)}")
            #expect(answer.status == status)
            #expect(answer.json["error"]?["fields"] == (try JSONValue.parse(fields)))
        }
    }

    @Test("a list has the recorded keys, its filters and a decimal cursor")
    func list() async throws {
        let sample = #"""
            {"audience":"main","client":"app","count":1,"next_cursor":null,"contacts":[{"contact_id":1,"email":"l@example.com","tags":["beta"],
            "subscription_status":"subscribed","unsubscribed":false,"unsubscribed_at":null,"unsubscribe_reason":"","created_at":"x","updated_at":"x"}]}
            """#
        try await TestGateway.run { (gateway) async throws in
            let query = "audience=main&client=app"
            let (status, json) = try await gateway.api("GET", "/api/contacts?\(query)&limit=1")
            #expect(status == 200)
            #expect(SampleShape.differences(try JSONValue.parse(sample), json) == [])
            #expect(json["next_cursor"] == "7")
            let filters = "tags=a,b&subscription_status=pending&verified=true&suppression=any&updated_since=2026-01-01T00:00:00Z"
            let last = try await gateway.api("GET", "/api/contacts?\(query)&cursor=7&\(filters)")
            #expect(last.json["next_cursor"] == .null)
            let call = try self.last(gateway, ListContacts.self)
            #expect(call.after == ContactID(7) && call.limit == 50)
            #expect(call.filter.tags == ["a", "b"] && call.filter.status == .pending && call.filter.verified == true)
            #expect(call.filter.suppression == .any && call.filter.updatedSince != nil && call.filter.validationStatus == nil)
        }
    }

    @Test(
        "faults of a list are told as recorded",
        arguments: [
            ("limit=9999", #"{"limit":"must_be_between_1_and_500"}"#), ("limit=0", #"{"limit":"must_be_between_1_and_500"}"#),
            ("cursor=x", #"{"cursor":"must_be_integer"}"#), ("cursor=-1", #"{"cursor":"must_be_positive"}"#),
            ("suppression=x&subscription_status=y", #"{"subscription_status":"invalid","suppression":"invalid"}"#),
        ]
    )
    func listFaults(query: String, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("GET", "/api/contacts?audience=main&client=app&\(query)")
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["fields"] == (try JSONValue.parse(fields)))
        }
    }

    @Test("an erasure answers with the recorded keys in their order, also for nobody (D7)")
    func erase() async throws {
        let sample = #"""
            {"email":"l@example.com","erased":true,"contact_id":null,"counts":{"subscriptions_deleted":1,"category_preferences_deleted":2,
            "contact_tags_deleted":2,"source_metadata_deleted":0,"recipient_list_members_deleted":4,"transactional_messages_anonymized":2,
            "campaign_recipients_anonymized":2,"email_events_anonymized":13,"cmp_callbacks_anonymized":0}}
            """#
        try await TestGateway.run { (gateway) async throws in
            for (email, erased) in [("l@example.com", true), ("unknown@example.com", false)] {
                let body = "{\(Self.scope),\"email\":\"\(email)\"}"
                let (status, json) = try await gateway.api("POST", "/api/contacts/erase", body)
                #expect(status == 200)
                #expect(SampleShape.differences(try JSONValue.parse(sample), json) == [])
                #expect(json["erased"] == .bool(erased) && json["counts"]?["contact_tags_deleted"] == 2)
            }
            let call = try last(gateway, EraseContact.self)
            #expect(call.scope.organizationID == OrganizationID(1))
        }
    }

    @Test("an export is the header and every page, in order")
    func export() async throws {
        try await TestGateway.run { (gateway) async throws in
            let headers = ["Authorization: Bearer \(TestGateway.apiKey)"]
            let reply = try await gateway.send("GET", "/api/contacts.csv?audience=main&client=app", headers)
            #expect(reply.status == 200)
            #expect(reply.headers.contains { $0.name.lowercased() == "content-type" && $0.value == "text/csv; charset=utf-8" })
            #expect(reply.headers.contains { $0.value == #"attachment; filename="contacts.csv""# })
            let lines = String(decoding: reply.body, as: UTF8.self).split(separator: "\r\n").map(String.init)
            #expect(
                lines.first == "email,audience,client,tags,subscription_status,verified,verified_at,email_validation_status,"
                    + "email_validation_reason,email_validated_at,global_unsubscribed,hard_bounced,complained,unsubscribed,unsubscribed_at,"
                    + "unsubscribe_reason,updated_at,attributes"
            )
            #expect(lines.dropFirst() == ["u0@example.com,main", "u1@example.com,main", "u2@example.com,main", "u3@example.com,main"])
        }
    }

    @Test("an export that breaks in the middle is not a whole answer")
    func brokenExport() async throws {
        try await TestGateway.run { (gateway) async throws in
            let headers = ["Authorization: Bearer \(TestGateway.apiKey)"]
            let path = "/api/contacts.csv?audience=main&client=app&tags=broken"
            await #expect(throws: WireFault.self) { try await gateway.send("GET", path, headers) }
        }
    }
}
