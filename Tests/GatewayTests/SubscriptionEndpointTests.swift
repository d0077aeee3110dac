import Contracts
import Foundation
import JSON
import JSONRPC
import Model
import Testing

@testable import Gateway

@Suite("The endpoints about consent", .timeLimit(.minutes(1)))
struct SubscriptionEndpointTests {
    static let scope = #""email":"sub@example.com","audience":"main","client":"app""#

    private func last<Method: RPCMethod>(_ gateway: TestGateway, _: Method.Type) throws -> Method {
        try #require(gateway.backend.state.now.contactCalls.last as? Method)
    }

    @Test("subscribing answers as recorded, and does not revive an opt-out by itself (D2)")
    func subscribe() async throws {
        try await TestGateway.run { (gateway) async throws in
            let (status, json) = try await gateway.api("POST", "/api/subscriptions/subscribe", "{\(Self.scope),\"tags\":[\"x\"]}")
            #expect(status == 200)
            #expect(SampleShape.differences(try JSONValue.parse(ContactsAPITests.contact), json) == [])
            var call = try last(gateway, SubscribeContact.self)
            #expect(call.subscribeScope == .client && !call.resubscribe && call.tags == ["x"])
            let body = "{\(Self.scope),\"scope\":\"global\",\"resubscribe\":true,\"reason\":\"asked\"}"
            #expect(try await gateway.api("POST", "/api/subscriptions/subscribe", body).status == 200)
            call = try last(gateway, SubscribeContact.self)
            #expect(call.subscribeScope == .global && call.resubscribe && call.reason == "asked")
        }
    }

    @Test("unsubscribing answers with the scope and without tags, as recorded", arguments: UnsubscribeScope.allCases)
    func unsubscribe(width: UnsubscribeScope) async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = "{\(Self.scope),\"scope\":\"\(width.rawValue)\",\"reason\":\"user asked\"}"
            let (status, json) = try await gateway.api("POST", "/api/subscriptions/unsubscribe", body)
            #expect(status == 200)
            #expect(json["scope"] == .string(width.rawValue))
            #expect(json["tags"] == nil && json["can_send_marketing"] != nil)
            let call = try last(gateway, UnsubscribeAddress.self)
            #expect(call.unsubscribeScope == width && call.reason == "user asked")
        }
    }

    @Test(
        "faults are told as recorded",
        arguments: [
            ("POST", "subscriptions/unsubscribe", "", 400, #"{"scope":"invalid"}"#),
            ("POST", "subscriptions/unsubscribe", #","scope":"all""#, 400, #"{"scope":"invalid"}"#),
            ("POST", "subscriptions/subscribe", #","tags":[1]"#, 400, #"{"tags":"must_be_list_of_strings"}"#),
            ("PUT", "contacts/preferences", "", 400, #"{"categories":"must_be_list"}"#),
            ("PUT", "contacts/preferences", #","categories":["x"]"#, 400, #"{"categories.0":"must_be_object"}"#),
            (
                "PUT", "contacts/preferences", #","categories":[{"tag":"news","enabled":"yes"},{"enabled":true}]"#, 400,
                #"{"categories.0.enabled":"must_be_boolean","categories.1.tag":"required"}"#
            ),
        ]
    )
    func faults(method: String, path: String, more: String, status: Int, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api(method, "/api/\(path)", "{\(Self.scope)\(more)}")
            #expect(answer.status == status)
            #expect(answer.json["error"]?["fields"] == (try JSONValue.parse(fields)))
        }
    }

    @Test("preferences have the recorded keys, and a suppressed contact's conflict its status")
    func preferences() async throws {
        let sample = #"""
            {"email":"l@example.com","audience":"main","client":"app","categories":[{"tag":"n","label":"R","enabled":false}],
            "global_unsubscribed":false,"suppressed":false,"suppression_reasons":[]}
            """#
        try await TestGateway.run { (gateway) async throws in
            let query = "audience=main&client=app&email=sub%40example.com&category_tags=news,other"
            let found = try await gateway.api("GET", "/api/contacts/preferences?\(query)")
            #expect(found.status == 200)
            #expect(SampleShape.differences(try JSONValue.parse(sample), found.json) == [])
            #expect(try last(gateway, GetPreferences.self).categoryTags == ["news", "other"])
            let body = "{\(Self.scope),\"categories\":[{\"tag\":\"n\",\"label\":\"R\",\"enabled\":false}]}"
            let put = try await gateway.api("PUT", "/api/contacts/preferences", body)
            #expect(put.status == 200)
            #expect(SampleShape.differences(try JSONValue.parse(sample), put.json) == [])
            #expect(put.json["categories"] == [["tag": "n", "label": "R", "enabled": false]])
            let refused = try await gateway.api(
                "PUT",
                "/api/contacts/preferences",
                body.replacingOccurrences(of: "sub@", with: "suppressed@")
            )
            #expect(refused.status == 409)
            #expect(refused.json["error"]?["fields"] == ["categories": "suppressed_contact_cannot_be_enabled"])
        }
    }

    @Test("the suppression list is listed, added to and removed from, with reasons")
    func suppressions() async throws {
        try await TestGateway.run { (gateway) async throws in
            let list = try await gateway.api("GET", "/api/suppressions?type=complaint&cursor=4&limit=2")
            #expect(list.status == 200)
            #expect(list.json["next_cursor"] == "9")
            #expect(list.json["suppressions"]?.arrayValue?.first?["entries"]?.arrayValue?.first?["reason"] == "by phone")
            let call = try last(gateway, ListSuppressions.self)
            #expect(call.kind == .complaint && call.after == ContactID(4) && call.limit == 2)
            let add = try await gateway.api("POST", "/api/suppressions", #"{"email":"a@example.com","reason":"asked"}"#)
            #expect(add.status == 200)
            #expect(try last(gateway, AddSuppression.self).kind == .globalUnsubscribe)
            let unreasoned = try await gateway.api("POST", "/api/suppressions", #"{"email":"a@example.com","type":"x"}"#)
            #expect(unreasoned.json["error"]?["fields"] == ["reason": "required", "type": "invalid"])
            let removed = try await gateway.api("DELETE", "/api/suppressions/a%40example.com?reason=works%20again")
            #expect(removed.status == 200 && removed.json["suppressed"] == false)
            #expect(try last(gateway, RemoveSuppression.self).reason == "works again")
            #expect(try await gateway.api("DELETE", "/api/suppressions/unknown%40example.com?reason=x").status == 404)
            #expect(try await gateway.api("DELETE", "/api/suppressions/a%40example.com").status == 400)
        }
    }

    @Test("explain tells every rule in its order, and which one decides")
    func explain() async throws {
        try await TestGateway.run { (gateway) async throws in
            let query = "audience=main&client=app&email=sub%40example.com&category_tag=news"
            let (status, json) = try await gateway.api("GET", "/api/contacts/explain?\(query)")
            #expect(status == 200)
            #expect(json["marketing_refusal"] == "complaint" && json["can_send_marketing"] == false)
            let rules = json["marketing"]?.arrayValue ?? []
            #expect(rules.count == 9)
            #expect(rules.compactMap { $0["passed"]?.boolValue == false ? $0["rule"]?.stringValue : nil } == ["complaint", "client_unsubscribe"])
            #expect(rules[1]["detail"] == "by phone" && rules[1]["since"] != .null)
            #expect(json["transactional"]?.arrayValue?.count == 4)
            #expect(try last(gateway, ExplainContact.self).categoryTag == "news")
        }
    }
}
