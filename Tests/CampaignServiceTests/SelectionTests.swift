import Contracts
import JSON
import JSONRPC
import Model
import Synchronization
import Testing

@testable import CampaignService

@Suite("Campaigns to lists and segments", .campaignDatabase, .timeLimit(.minutes(1)))
struct SelectionTests {
    static let rules: JSONValue = ["field": "tag", "operator": "has", "value": "vip"]

    @Test("the snapshot asks for the list, the segment's rules of the start, and member data only when the content uses them")
    func asked() async throws {
        let world = try CampaignWorld()
        world.audience.add(3)
        world.audience.state.withLock {
            $0.segments["vips"] = Self.rules
            $0.lists = ["course:2026"]
        }
        try await world.put {
            $0.segmentKey = "vips"
            $0.recipientListKey = "course:2026"
            $0.htmlBody = "<p>{{ member.points }}</p>"
        }
        #expect(try await world.api.call(QueueCampaign(address: world.address())).queued)
        // Edited afterwards: the campaign keeps what it was started with.
        world.audience.state.withLock { $0.segments["vips"] = ["field": "tag", "operator": "has", "value": "other"] }
        try await world.snapshot()
        let asked = try #require(world.audience.state.withLock { $0.asked })
        #expect(asked.recipientListKey == "course:2026")
        #expect(asked.segmentRules == Self.rules.text)
        #expect(asked.wantsMember == true)
        #expect(try await world.recipients().count == 3)

        try await world.put("plain") { _ in }
        _ = try await world.api.call(QueueCampaign(address: world.address("plain")))
        try await world.snapshot()
        let plain = try #require(world.audience.state.withLock { $0.asked })
        #expect(plain.recipientListKey == "" && plain.segmentRules == nil && plain.wantsMember == false)
    }

    @Test("a list or segment that does not exist is refused when the campaign is queued or scheduled, and nothing begins")
    func unknown() async throws {
        let world = try CampaignWorld()
        try await world.put {
            $0.segmentKey = "nobody"
            $0.recipientListKey = "nowhere"
        }
        let expected = ["recipient_list_key": "not_found", "segment_key": "not_found"]
        #expect(await fields { _ = try await world.api.call(QueueCampaign(address: world.address())) } == expected)
        let later = world.clock.now().adding(.seconds(60))
        #expect(await fields { _ = try await world.api.call(ScheduleCampaign(address: world.address(), at: later)) } == expected)
        #expect(try await world.campaign().status == .draft)
        #expect(try await world.campaign().scheduledAt == nil)
    }

    @Test("a segment that is gone when a scheduled campaign is due fails the campaign with the reason")
    func goneSegment() async throws {
        let world = try CampaignWorld()
        world.audience.state.withLock { $0.segments["vips"] = Self.rules }
        try await world.put { $0.segmentKey = "vips" }
        _ = try await world.api.call(ScheduleCampaign(address: world.address(), at: world.clock.now().adding(.seconds(60))))
        world.audience.state.withLock { $0.segments = [:] }
        world.clock.advance(by: .seconds(61))
        _ = try await world.api.call(CampaignTick())
        #expect(try await world.campaign().status == .failed)
        #expect(try await world.campaign().statusReason == "it could not be started: segment_key: not_found")
    }

    @Test("a schedule is carried out; it lies in the future; what was started cannot be scheduled")
    func schedule() async throws {
        let world = try CampaignWorld()
        world.audience.add(2)
        try await world.put()
        let now = world.clock.now()
        #expect(
            await fields { _ = try await world.api.call(ScheduleCampaign(address: world.address(), at: now)) }
                == ["scheduled_at": "must_be_in_future"]
        )
        let at = now.adding(.seconds(60))
        let scheduled = try await world.api.call(ScheduleCampaign(address: world.address(), at: at)).campaign
        #expect(scheduled.status == .scheduled && scheduled.scheduledAt == at)
        let moved = try await world.api.call(ScheduleCampaign(address: world.address(), at: at.adding(.seconds(60)))).campaign
        #expect(moved.status == .scheduled && moved.scheduledAt == at.adding(.seconds(60)))
        world.clock.advance(by: .seconds(61))
        #expect(try await world.api.call(CampaignTick()).due == 0)
        world.clock.advance(by: .seconds(60))
        #expect(try await world.api.call(CampaignTick()).due == 1)
        try await world.snapshot()
        #expect(try await world.campaign().status == .sending)
        let again = world.clock.now().adding(.seconds(60))
        #expect(
            await fields { _ = try await world.api.call(ScheduleCampaign(address: world.address(), at: again)) }
                == ["status": "not_schedulable"]
        )
    }
}

/// The fields of the validation failure that a call ends with; empty when it does not fail.
func fields(_ body: () async throws -> Void) async -> [String: String] {
    do {
        try await body()
        return [:]
    } catch RPCCallError<ValidationFailure>.failed(let failure) {
        return failure.fields
    } catch {
        return ["unexpected": "\(error)"]
    }
}
