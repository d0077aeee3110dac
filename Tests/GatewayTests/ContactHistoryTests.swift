import Contracts
import Foundation
import JSON
import JSONRPC
import Model
import Testing

@testable import Gateway

@Suite("What the services know of a contact, put together", .timeLimit(.minutes(1)))
struct ContactHistoryTests {
    static let query = "audience=main&client=app"

    static let sample = #"""
        {"contact_id":1,"email":"l@example.com","audience":"main","client":"app","campaign_recipients":[{"type":"campaign_recipient","id":1,
        "created_at":"x","campaign":{"id":1,"subject":"s","audience":"a","client":"c"},"email":"e","status":"sent","skip_reason":"",
        "sent_at":null,"delivered_at":null,"first_opened_at":null,"first_clicked_at":null,"open_count":1,"click_count":0,"last_error":""}],
        "transactional_messages":[{"type":"t","id":1,"created_at":"x","client":"c","email":"e","from_email":"f","from_email_address":"f",
        "template_key":"k","status":"sent","subject":"s","sent_at":null,"delivered_at":null,"first_opened_at":null,"first_clicked_at":null,
        "open_count":0,"click_count":0,"last_error":""}],"events":[{"type":"e","id":1,"created_at":"x","event_type":"open","client":"c",
        "audience":null,"campaign_id":null,"campaign_recipient_id":null,"transactional_message_id":null,"metadata":{}}],"next_cursor":null}
        """#

    @Test("history has the recorded keys, and its cursor pages the events to their end")
    func history() async throws {
        try await TestGateway.run { (gateway) async throws in
            var ids: [Int64] = []
            var path = "/api/contacts/1/history?\(Self.query)&limit=2"
            for _ in 0..<3 {
                let (status, json) = try await gateway.api("GET", path)
                #expect(status == 200)
                #expect(SampleShape.differences(try JSONValue.parse(Self.sample), json) == [])
                #expect(json["campaign_recipients"]?.arrayValue?.count == 2 && json["transactional_messages"]?.arrayValue?.count == 2)
                ids += json["events"]?.arrayValue?.compactMap { $0["id"]?.int64Value } ?? []
                guard let cursor = json["next_cursor"]?.stringValue else { break }
                path = "/api/contacts/1/history?\(Self.query)&limit=2&cursor=\(cursor)"
            }
            #expect(ids == [5, 4, 3, 2, 1])
            let asked = gateway.backend.state.now.contactCalls
            let events = asked.compactMap { $0 as? ContactEvents }
            #expect(events.allSatisfy { $0.organizationID == OrganizationID(1) && $0.clientID == ClientID(2) && $0.limit == 2 })
            #expect(asked.compactMap { $0 as? ContactMessages }.allSatisfy { $0.scope.clientID == ClientID(2) })
        }
    }

    @Test("a contact that is not the client's is not found, and no other service is asked (I7)")
    func foreign() async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("GET", "/api/contacts/99999999/history?\(Self.query)")
            #expect(answer.status == 404 && answer.json["error"]?["fields"] == ["contact_id": "not_found"])
            #expect(gateway.backend.state.now.contactCalls.allSatisfy { $0 is GetContact })
        }
    }

    @Test(
        "faults are told as recorded",
        arguments: [
            ("limit=0", #"{"limit":"must_be_between_1_and_100"}"#), ("limit=101", #"{"limit":"must_be_between_1_and_100"}"#),
            ("cursor=x", #"{"cursor":"must_be_integer"}"#), ("cursor=0", #"{"cursor":"must_be_positive"}"#),
        ]
    )
    func faults(query: String, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("GET", "/api/contacts/1/history?\(Self.query)&\(query)")
            #expect(answer.status == 400)
            #expect(try answer.json["error"]?["fields"] == JSONValue.parse(fields))
        }
    }

    @Test("while a service is away, history is away: an incomplete one would not say so", arguments: ["campaign", "delivery", "tracking"])
    func away(service: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let backend = gateway.backend
            (service == "campaign" ? backend.campaign : service == "delivery" ? backend.delivery : backend.tracking).isUp = false
            #expect(try await gateway.api("GET", "/api/contacts/1/history?\(Self.query)").status == 503)
        }
    }

    @Test("the export of personal data holds what every service has, in the whole organization (D7)")
    func personalData() async throws {
        try await TestGateway.run { (gateway) async throws in
            let path = "/api/contacts/export-personal-data?\(Self.query)&email="
            let (status, json) = try await gateway.api("GET", path + "l@example.com")
            #expect(status == 200 && json["contact"] == ["contact_id": 1] && json["consents"] == [])
            #expect(json["campaign_recipients"]?.arrayValue?.count == 2 && json["transactional_messages"]?.arrayValue?.count == 2)
            #expect(json["events"]?.arrayValue?.count == 5)
            let asked = gateway.backend.state.now.contactCalls
            #expect(asked.compactMap { $0 as? ContactRecipients }.allSatisfy { $0.isWholeOrganization == true })
            #expect(asked.compactMap { $0 as? ContactEvents }.allSatisfy { $0.clientID == nil && $0.organizationID == OrganizationID(1) })
            // Each with the client whose it is, and with its contents; a second page follows the first.
            let messages = json["transactional_messages"]?.arrayValue ?? []
            #expect(messages.map { $0["client"] } == ["app", "shop"] && messages.map { $0["id"] } == [2, 1])
            for message in messages {
                #expect(message["html_body"] == "<p>Hello</p>" && message["text_body"] == "Hello" && message["contents_omitted"] == false)
                #expect(message["cc"] == ["c@example.com"] && message["bcc"] == ["b@example.com"] && message["headers"] == ["X-A": "1"])
                #expect(message["attachments"]?.arrayValue?.first?["content"] == "YQ==")
            }
            let events = json["events"]?.arrayValue ?? []
            #expect(events.map { $0["client"] } == ["app", "shop", "shop", "shop", .null])
            #expect(events.map { $0["audience"] } == ["main", "side", "side", "side", "side"])
            let unknown = try await gateway.api("GET", path + "unknown@example.com")
            #expect(unknown.status == 404 && unknown.json["error"]?["fields"] == ["email": "not_found"])
        }
    }

    @Test("while a service is away, the export of personal data says so by its status", arguments: ["campaign", "delivery", "tracking"])
    func exportAway(service: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let backend = gateway.backend
            (service == "campaign" ? backend.campaign : service == "delivery" ? backend.delivery : backend.tracking).isUp = false
            let path = "/api/contacts/export-personal-data?\(Self.query)&email=l@example.com"
            #expect(try await gateway.api("GET", path).status == 503)
        }
    }
}
