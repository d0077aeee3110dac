import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@testable import TrackingService

@Suite("Deliveries beside one another", .serialized)
struct DeliveryFairnessTests {
    @Test("an endpoint that never answers delays nobody else, and holds no more requests than its share", .timeLimit(.minutes(2)))
    func slowNeighbour() async throws {
        try await DeliveryFixture.run(timeout: .seconds(30)) { (fixture: DeliveryFixture) async throws -> Void in
            _ = try await fixture.webhook("stuck")
            _ = try await fixture.webhook("quick")
            try await fixture.receiver.set("stuck", "hang")
            let events = (0..<60).map { MessageEvent.fixture("e:\($0)") }
            _ = try await fixture.tracking.store.recordActivity(events.compactMap(ActivityRow.init))
            try await fixture.delivering { try await fixture.receiver.seen("quick").count >= 60 }
            #expect(try await fixture.receiver.seen("stuck").count <= fixture.policy.endpointConcurrency)
        }
    }

    @Test("an endpoint that fails gets a single request at a time", .timeLimit(.minutes(2)))
    func failing() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("failing")
            let events = (0..<10).map { MessageEvent.fixture("e:\($0)") }
            _ = try await fixture.tracking.store.recordActivity(events.compactMap(ActivityRow.init))
            try await fixture.script("UPDATE tracking.endpoints SET failing_since = now()")
            #expect(try await fixture.tracking.store.lease(busy: [:], total: 100, policy: fixture.policy).count == 1)
            #expect(try await fixture.tracking.store.lease(busy: [hook.webhook.id: 1], total: 100, policy: fixture.policy).isEmpty)
        }
    }

    @Test("of two workers only one has a delivery; a lease that nobody finishes runs out, and a late result changes nothing", .timeLimit(.minutes(2)))
    func leases() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("leased")
            try await fixture.tracking.record(.fixture("a"))
            let store = fixture.tracking.store
            let first = try #require(try await store.lease(busy: [:], total: 10, policy: fixture.policy).first)
            #expect(try await store.lease(busy: [:], total: 10, policy: fixture.policy).isEmpty)
            try await fixture.hurry()
            let second = try #require(try await store.lease(busy: [:], total: 10, policy: fixture.policy).first)
            #expect(first.id == second.id && second.number == 2)
            try await store.finish(first, AttemptResult(succeeded: true), startedAt: .now(), milliseconds: 1)
            #expect(try await fixture.pending() == 1)
            try await store.finish(second, AttemptResult(succeeded: true), startedAt: .now(), milliseconds: 1)
            #expect(try await fixture.pending() == 0)
            #expect(try await fixture.attempts(hook.webhook.id).count == 2)
        }
    }

    @Test("deliveries that were under way when the process died go out from the next one, with the same id", .timeLimit(.minutes(2)))
    func restart() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            _ = try await fixture.webhook("restart")
            let events = (0..<20).map { MessageEvent.fixture("e:\($0)") }
            _ = try await fixture.tracking.store.recordActivity(events.compactMap(ActivityRow.init))
            // Leased, and never heard of again.
            _ = try await fixture.tracking.store.lease(busy: [:], total: 3, policy: fixture.policy)
            try await fixture.hurry()
            try await fixture.delivering { try await fixture.pending() == 0 }
            let ids = try await fixture.receiver.seen("restart").compactMap { $0["id"]?.stringValue }
            #expect(Set(ids).count == 20)
        }
    }

    @Test("two workers share the work and nothing comes twice", .timeLimit(.minutes(2)))
    func twoWorkers() async throws {
        try await DeliveryFixture.run(timeout: .seconds(30)) { (fixture: DeliveryFixture) async throws -> Void in
            _ = try await fixture.webhook("shared")
            let events = (0..<80).map { MessageEvent.fixture("e:\($0)") }
            _ = try await fixture.tracking.store.recordActivity(events.compactMap(ActivityRow.init))
            try await withThrowingTaskGroup(of: Void.self) { group in
                let other = fixture.dispatcher()
                group.addTask { try await other.run() }
                try await fixture.delivering { try await fixture.pending() == 0 }
                group.cancelAll()
            }
            let ids = try await fixture.receiver.seen("shared").compactMap { $0["id"]?.stringValue }
            #expect(ids.count == 80 && Set(ids).count == 80)
        }
    }

    @Test("replaying an attempt repeats its event under the same id; another's attempt is not found (I7)", .timeLimit(.minutes(2)))
    func replay() async throws {
        try await DeliveryFixture.run { (fixture: DeliveryFixture) async throws -> Void in
            let hook = try await fixture.webhook("replay")
            let foreign = ClientScope(organizationID: OrganizationID(1), clientID: ClientID(3))
            let neighbour = try await fixture.webhook("neighbour", scope: foreign)
            try await fixture.tracking.record(.fixture("a"))
            try await fixture.delivering { try await fixture.pending() == 0 }
            let attempt = try #require(try await fixture.attempts(hook.webhook.id).first)
            let scope = DeliveryFixture.scope
            let again = ReplayWebhook(scope: scope, id: hook.webhook.id, attemptID: attempt.id, since: nil)
            #expect(try await fixture.caller.call(again).deliveries == 1)
            try await fixture.delivering { try await fixture.pending() == 0 }
            let ids = try await fixture.receiver.seen("replay").compactMap { $0["id"]?.stringValue }
            #expect(ids.count == 2 && Set(ids).count == 1)
            let failed = ReplayWebhook(scope: scope, id: hook.webhook.id, attemptID: nil, since: Timestamp(microseconds: 0), failedOnly: true)
            #expect(try await fixture.caller.call(failed).deliveries == 0)
            let calls: [ReplayWebhook] = [
                ReplayWebhook(scope: foreign, id: hook.webhook.id, attemptID: attempt.id, since: nil),
                ReplayWebhook(scope: foreign, id: neighbour.webhook.id, attemptID: attempt.id, since: nil),
            ]
            for call in calls {
                await #expect(throws: RPCCallError<ValidationFailure>.self) { try await fixture.caller.call(call) }
            }
        }
    }
}
