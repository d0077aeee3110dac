import Contracts
import JSON
import JSONRPC
import Model
import Testing

@testable import Gateway

@Suite("Events, webhooks, callback and Mailchimp over HTTP")
struct WebhooksAPITests {
    private static let webhook = Webhook(
        id: 7,
        url: "https://example.org/hook",
        description: "",
        eventTypes: [.bounce],
        isEnabled: true,
        disabledReason: "",
        failingSince: nil,
        previousSecretUntil: nil,
        createdAt: Timestamp(microseconds: 1_790_000_000_000_000),
        updatedAt: Timestamp(microseconds: 1_790_000_000_000_000)
    )

    @Test("the feed passes cursor, limit and types on, and tells where the next request begins", .timeLimit(.minutes(1)))
    func feed() async throws {
        let event = StoredEvent(
            id: 5,
            type: .click,
            occurredAt: Timestamp(microseconds: 1_790_000_000_000_000),
            audienceID: AudienceID(1),
            contactID: ContactID(6),
            email: "ann@example.org",
            campaignID: CampaignID(3),
            recipientID: RecipientID(4),
            transactionalMessageID: nil,
            metadata: ["url": "https://example.org/"]
        )
        let backend = FakeBackend(tracking: { methods in
            methods.on(EventsAfter.self) { call, _ in
                let isKnown = call.after == 3 && call.limit == 2 && call.types == [.click, .open]
                return EventPage(events: isKnown ? [event] : [], next: isKnown ? 5 : nil, hasMore: isKnown)
            }
        })
        try await TestGateway.run(backend) { (gateway: TestGateway) async throws -> Void in
            let page = try await gateway.api("GET", "/api/events?after=3&limit=2&event_type=click,open")
            #expect(page.status == 200 && page.json["next_cursor"] == "5" && page.json["has_more"] == true)
            #expect(page.json["events"]?.arrayValue == [.object(event.object(client: "app"))])
            let end = try await gateway.api("GET", "/api/events?after=9")
            #expect(end.json == ["events": [], "next_cursor": "9", "has_more": false])
            for query in ["after=x", "after=-1", "limit=0", "limit=501", "event_type=nothing"] {
                #expect(try await gateway.api("GET", "/api/events?\(query)").status == 400)
            }
        }
    }

    @Test("a webhook is made with its secret once, shown without it, changed, and not found when it is another's", .timeLimit(.minutes(1)))
    func webhooks() async throws {
        let backend = FakeBackend(tracking: { methods in
            methods.on(CreateWebhook.self) { call, _ in
                if call.change.url != Self.webhook.url { throw ValidationFailure.field("url", "must_be_https") }
                return WebhookWithSecret(webhook: Self.webhook, secret: "whsec_x")
            }
            methods.on(GetWebhook.self) { call, _ in
                guard call.id == 7 else { throw ValidationFailure.field("webhook_id", "not_found") }
                return Self.webhook
            }
            methods.on(ReplayWebhook.self) { call, _ in
                if call.attemptID == 1 { throw ValidationFailure.field("attempt_id", "not_found") }
                if call.attemptID == 2 { throw ValidationFailure.field("webhook_id", "disabled") }
                return ReplayedWebhook(deliveries: 3)
            }
        })
        try await TestGateway.run(backend) { (gateway: TestGateway) async throws -> Void in
            let made = try await gateway.api("POST", "/api/webhooks", #"{"url":"https://example.org/hook","event_types":["bounce"]}"#)
            #expect(made.status == 201 && made.json["secret"] == "whsec_x" && made.json["event_types"] == ["bounce"])
            let shown = try await gateway.api("GET", "/api/webhooks/7")
            #expect(shown.status == 200 && shown.json["secret"] == nil && shown.json["enabled"] == true)
            #expect(try await gateway.api("GET", "/api/webhooks/8").status == 404)
            #expect(try await gateway.api("GET", "/api/webhooks/x").status == 404)
            let refused = try await gateway.api("POST", "/api/webhooks", #"{"url":"http://example.org/"}"#)
            #expect(refused.status == 400 && refused.json["error"]?["fields"] == ["url": "must_be_https"])
            for body in [#"{}"#, #"{"url":1}"#, #"{"url":"https://a.example","event_types":["x"]}"#, #"{"url":"https://a.example","enabled":1}"#] {
                #expect(try await gateway.api("POST", "/api/webhooks", body).status == 400)
            }
            let replayed = try await gateway.api("POST", "/api/webhooks/7/replay", #"{"since":"2026-11-23T00:00:00Z"}"#)
            #expect(replayed.status == 202 && replayed.json == ["deliveries": 3])
            #expect(try await gateway.api("POST", "/api/webhooks/7/replay", #"{}"#).status == 400)
            #expect(try await gateway.api("POST", "/api/webhooks/7/replay", #"{"attempt_id":1}"#).status == 404)
            #expect(try await gateway.api("POST", "/api/webhooks/7/replay", #"{"attempt_id":2}"#).status == 409)
        }
    }

    @Test("Mailchimp answers as the recorded samples", .timeLimit(.minutes(1)))
    func mailchimp() async throws {
        let backend = FakeBackend(tracking: { methods in
            methods.on(PutMailchimp.self) { call, _ in
                if call.apiKey == "nodc" { throw ValidationFailure.field("api_key", "missing_datacenter_suffix") }
                let isEmpty = call.apiKey == ""
                return ClientMailchimp(isEnabled: false, listID: "abc", datacenter: isEmpty ? "" : "us21", isKeySet: !isEmpty)
            }
        })
        try await TestGateway.run(backend) { (gateway: TestGateway) async throws -> Void in
            let path = "/api/client/mailchimp"
            let put = try await gateway.api(
                "PUT",
                path,
                #"{"api_key": "0123456789abcdef0123456789abcdef-us21", "list_id": "abc", "enabled": false}"#
            )
            #expect(put.status == 200)
            #expect(
                put.json == ["client": "app", "enabled": false, "configured": false, "list_id": "abc", "datacenter": "us21", "api_key_set": true]
            )
            let invalid = try await gateway.api("PUT", path, #"{"api_key": "nodc"}"#)
            #expect(invalid.status == 400)
            #expect(invalid.json == ["error": ["code": "validation_error", "fields": ["api_key": "missing_datacenter_suffix"]]])
            #expect(try await gateway.api("PUT", path, #"{"api_key": null}"#).json["api_key_set"] == false)
            let wrong = try await gateway.api("PUT", path, #"{"api_key": 1, "list_id": 2, "enabled": "yes"}"#)
            #expect(
                wrong.json["error"]?["fields"] == ["api_key": "must_be_string", "enabled": "must_be_boolean", "list_id": "must_be_string"]
            )
            let mappings = try await gateway.api(
                "PUT",
                path + "/tag-mappings",
                #"{"audience":"main","mappings":[1,{"tag":"a"},{"list_key":" ","tag":"a"},{"list_key":"x"},{"list_key":"x","tag":"a","enabled":1},{"list_key":"x","tag":"a"},{"list_key":"x ","tag":"a"}]}"#
            )
            #expect(
                mappings.json["error"]?["fields"] == [
                    "mappings.0": "must_be_object", "mappings.1.list_key": "required", "mappings.2.list_key": "required",
                    "mappings.3.tag": "required", "mappings.4.enabled": "must_be_boolean", "mappings.6": "duplicate",
                ]
            )
        }
    }
}
