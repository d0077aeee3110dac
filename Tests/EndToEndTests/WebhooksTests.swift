import Contracts
import Foundation
import HTTPTransport
import JSON
import Model
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Webhooks out", .serialized) struct Webhooks {
        @Test(
            "What happens to a campaign's reader and to a subscription reaches the client's receiver, signed, over a kill",
            .timeLimit(.minutes(15))
        )
        func delivered() async throws {
            try await WebhookReceiver.run { (receiver: WebhookReceiver) async throws -> Void in
                try await withUpOnSharedServer(["DATAMAILER_WEBHOOK_ALLOW_LOOPBACK": "1"]) { up, folder in
                    let tenant = try await Tenant(up)
                    let hook: JSONValue = ["url": .string("\(receiver.url)/hook/shop")]
                    let made = try await up.api("POST", "/api/webhooks", key: tenant.apiKey, hook)
                    #expect(made.status == 201)
                    try await receiver.setSecrets("shop", [made.json["secret"]?.stringValue ?? ""])
                    try await expectClick(tenant, receiver, up, folder)
                    try await expectSubscriptions(tenant, receiver, up)
                    try await expectFeed(tenant, receiver, up)
                }
            }
        }

        private func expectClick(_ tenant: Tenant, _ receiver: WebhookReceiver, _ up: UpProcess, _ folder: TemporaryFolder) async throws {
            try await tenant.importContacts(1)
            try await tenant.putCampaign("clicked")
            try await tenant.queue("clicked")
            try await tenant.wait("clicked", for: .sent)
            let mail = try #require(try await CapturedMail.readAll(up, folder).first)
            let agent: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11) AppleWebKit/605.1.15")]
            #expect(try await up.http("GET", mail.clickLinks[0], headers: agent).status == 302)
            try await eventually("the click is delivered") { try await receiver.seen("shop").contains { $0["body"]?["type"] == "click" } }
            let click = try #require(try await receiver.seen("shop").first { $0["body"]?["type"] == "click" })
            #expect(click["valid"] == [true])
            let data = try #require(click["body"]?["data"])
            #expect(data["email"] == "r1@example.com" && data["client"] == "shop" && data["campaign_id"]?.int64Value != nil)
            #expect(data["metadata"]?["classification"] == "human")
            #expect(data["metadata"]?["url"] == "https://acme.example/offer?a=1&b=2")
        }

        private func expectSubscriptions(_ tenant: Tenant, _ receiver: WebhookReceiver, _ up: UpProcess) async throws {
            let contact: JSONValue = ["audience": "news", "client": "shop", "email": "new@example.com", "status": "subscribed"]
            #expect(try await up.api("POST", "/api/contacts", key: tenant.apiKey, contact).status < 300)
            // The audience's news waits in its outbox meanwhile, and the webhook in the database.
            for pid in up.table.pids("TrackingService") { kill(pid, SIGKILL) }
            try await eventually("the subscription is delivered", within: .seconds(60)) {
                try await receiver.seen("shop").contains { $0["body"]?["type"] == "subscribe" }
            }
        }

        /// The feed has what was delivered, each once and in its order.
        private func expectFeed(_ tenant: Tenant, _ receiver: WebhookReceiver, _ up: UpProcess) async throws {
            let page = try await up.api("GET", "/api/events", key: tenant.apiKey)
            let ids = page.json["events"]?.arrayValue?.compactMap { $0["id"]?.int64Value } ?? []
            #expect(page.status == 200 && ids == ids.sorted())
            let delivered = Set(try await receiver.seen("shop").compactMap { $0["body"]?["data"]?["id"]?.int64Value })
            #expect(delivered == Set(ids))
        }
    }
}
