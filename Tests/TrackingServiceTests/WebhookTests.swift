import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@testable import TrackingService

@Suite("Webhooks at a real receiver", .serialized)
struct WebhookTests {
    @Test("each event of the types that an endpoint wants comes once, signed over its exact bytes", .timeLimit(.minutes(2)))
    func delivered() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("all")
            _ = try await fixture.webhook("bounces", types: [.bounce, .complaint])
            try await fixture.tracking.record(
                .fixture("a", type: .bounce, metadata: ["reason": "grüße \"x\""]),
                .fixture("b"),
                .fixture("c", type: .unsubscribe, clientID: nil),
                .fixture("foreign", clientID: 3),
                .fixture("other organization", organizationID: 9)
            )
            try await fixture.delivering { try await fixture.pending() == 0 }
            let seen = try await fixture.receiver.seen("all")
            #expect(seen.allSatisfy { $0["valid"] == [true] && $0["fresh"] == true && $0["signatures"] == 1 })
            let events = try await fixture.tracking.feed().events
            #expect(Set(seen.compactMap { $0["id"]?.stringValue }) == Set(events.map { "evt_\($0.id)" }))
            #expect(seen.count == 3)
            let bounce = try #require(seen.first { $0["body"]?["type"] == "bounce" })
            #expect(bounce["body"]?["data"] == .object(events[0].object(client: "app")))
            #expect(try await fixture.receiver.seen("bounces").count == 1)
            let attempts = try await fixture.attempts(hook.webhook.id)
            #expect(attempts.count == 3 && attempts.allSatisfy { $0.succeeded && $0.status == 204 && $0.state == .delivered && $0.number == 1 })
        }
    }

    @Test(
        "what fails is tried again later with the same id and a fresh signature",
        .timeLimit(.minutes(2)),
        arguments: [("500", 500), ("redirect", 302), ("404", 404), ("reset", nil), ("hang", nil)] as [(String, Int?)]
    )
    func retried(behaviour: String, status: Int?) async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("flaky")
            try await fixture.receiver.set("flaky", behaviour, "204")
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.delivering { try await fixture.attempts(hook.webhook.id).count == 1 }
            let failed = try #require(try await fixture.attempts(hook.webhook.id).first)
            #expect(!failed.succeeded && failed.status == status && !failed.error.isEmpty && failed.state == .pending)
            #expect(failed.nextAttemptAt.map { $0 > Timestamp.now() } == true)
            #expect(try await fixture.webhook(hook.webhook.id).failingSince != nil)
            try await fixture.hurry()
            try await fixture.delivering { try await fixture.pending() == 0 }
            let seen = try await fixture.receiver.seen("flaky")
            #expect(seen.count == 2 && seen.allSatisfy { $0["valid"] == [true] })
            #expect(seen.first?["id"] == seen.last?["id"])
            #expect(try await fixture.attempts(hook.webhook.id).map(\.number) == [2, 1])
            #expect(try await fixture.webhook(hook.webhook.id).failingSince == nil)
            #expect(try await fixture.receiver.seen("elsewhere").isEmpty)
        }
    }

    @Test("the last attempt that fails ends the delivery", .timeLimit(.minutes(2)))
    func givenUp() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("dead")
            try await fixture.receiver.set("dead", "500")
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.script("UPDATE tracking.deliveries SET attempts = \(RetrySchedule.maximumAttempts - 1)")
            try await fixture.delivering { try await fixture.pending() == 0 }
            let attempts = try await fixture.attempts(hook.webhook.id)
            #expect(attempts.map(\.state) == [.failed] && attempts.first?.nextAttemptAt == nil)
            #expect(try await fixture.webhook(hook.webhook.id).isEnabled)
        }
    }

    @Test("410 switches the endpoint off at once; what waits stays, and goes when it is switched on again", .timeLimit(.minutes(2)))
    func gone() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("gone")
            try await fixture.receiver.set("gone", "410", "204")
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.webhook(hook.webhook.id).disabledReason == "gone")
            #expect(try await !fixture.webhook(hook.webhook.id).isEnabled)
            #expect(try await fixture.tracking.record(.fixture("b")).deliveries == 0)
            let enabled = try await fixture.caller.call(
                UpdateWebhook(scope: DeliveryFixture.scope, id: hook.webhook.id, change: WebhookChange(isEnabled: true))
            )
            #expect(enabled.isEnabled && enabled.disabledReason.isEmpty && enabled.failingSince == nil)
            let replay = ReplayWebhook(scope: DeliveryFixture.scope, id: hook.webhook.id, attemptID: nil, since: Timestamp(microseconds: 0))
            #expect(try await fixture.caller.call(replay).deliveries == 2)
            try await fixture.delivering { try await fixture.pending() == 0 }
            #expect(try await fixture.receiver.seen("gone").count == 3)
        }
    }

    @Test("an endpoint that failed for days is switched off; one success before begins the count anew", .timeLimit(.minutes(2)))
    func failingForDays() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("failing")
            try await fixture.receiver.set("failing", "500")
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.script("UPDATE tracking.endpoints SET failing_since = now() - interval '4 days 23 hours'")
            try await fixture.delivering { try await fixture.attempts(hook.webhook.id).count == 1 }
            #expect(try await fixture.webhook(hook.webhook.id).isEnabled)
            try await fixture.script("UPDATE tracking.endpoints SET failing_since = now() - interval '5 days 1 hour'")
            try await fixture.hurry()
            try await fixture.delivering { try await fixture.attempts(hook.webhook.id).count == 2 }
            let webhook = try await fixture.webhook(hook.webhook.id)
            #expect(!webhook.isEnabled && webhook.disabledReason == "failing")
            #expect(try await fixture.pending() == 1)
        }
    }

    @Test("a receiver that asks for a pause gets one, for everything that waits for it", .timeLimit(.minutes(2)))
    func paused() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("busy")
            try await fixture.receiver.set("busy", "retry-after:3600", "204")
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.delivering { try await fixture.attempts(hook.webhook.id).count == 1 }
            try await fixture.tracking.record(.fixture("b"))
            #expect(try await fixture.tracking.store.lease(busy: [:], total: 10, policy: fixture.policy).isEmpty)
            #expect(try await fixture.tracking.store.nextDelivery().map { $0 > 3_000 } == true)
        }
    }

    @Test("while two secrets overlap both sign; afterwards only the new one does", .timeLimit(.minutes(2)))
    func rotation() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("rotating")
            let rotation = RotateWebhookSecret(scope: DeliveryFixture.scope, id: hook.webhook.id, overlapSeconds: 3_600)
            let rotated = try await fixture.caller.call(rotation)
            #expect(rotated.secret != hook.secret && rotated.webhook.previousSecretUntil != nil)
            try await fixture.receiver.setSecrets("rotating", [hook.secret, rotated.secret])
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.delivering { try await fixture.pending() == 0 }
            try await fixture.script("UPDATE tracking.endpoints SET previous_secret_until = now() - interval '1 second'")
            try await fixture.tracking.record(.fixture("b"))
            try await fixture.delivering { try await fixture.pending() == 0 }
            let seen = try await fixture.receiver.seen("rotating")
            #expect(seen.map { $0["valid"] ?? .null } == [[true, true], [false, true]])
            #expect(seen.map { $0["signatures"] ?? .null } == [2, 1])
        }
    }

    @Test("secrets are sealed where they are stored", .timeLimit(.minutes(2)))
    func sealed() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("sealed")
            let secret = try #require(WebhookSecret(text: hook.secret))
            let leased = try #require(
                try await {
                    try await fixture.tracking.record(.fixture("a"))
                    return try await fixture.tracking.store.lease(busy: [:], total: 1, policy: fixture.policy).first
                }()
            )
            let stored = try #require(leased.secret)
            #expect(stored.count == secret.bytes.count + 1 + 12 + 16)
            #expect(!stored.indices.contains { stored[$0...].starts(with: secret.bytes.prefix(8)) })
        }
    }
}
