import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import Testing

@testable import CampaignService

@Suite("Activity, links and engagement", .campaignDatabase, .timeLimit(.minutes(1)))
struct ActivityTests {
    private static let hour: Int64 = 3_600_000_000

    private func event(
        _ id: String,
        _ recipient: Int64,
        _ type: TrackingEventType,
        at microseconds: Int64,
        isHuman: Bool = true,
        link: Int64? = nil,
        url: String? = nil
    ) -> RecipientEvent {
        RecipientEvent(
            eventID: id,
            recipientID: recipient,
            type: type,
            occurredAt: Timestamp(microseconds: microseconds),
            isHuman: isHuman,
            link: link,
            url: url
        )
    }

    @Test("each recipient stands once in a series, at the first time; links count every click, once by its event")
    func series() async throws {
        let world = try CampaignWorld()
        _ = try await world.started(contacts: 3)
        let ids = try await world.recipients().map(\.id.rawValue)
        let start = 500_000 * Self.hour
        let events = [
            event("o1", ids[0], .open, at: start + 10), event("o2", ids[0], .open, at: start + 2 * Self.hour),
            event("o3", ids[1], .open, at: start + 2 * Self.hour, isHuman: false),
            event("k1", ids[0], .click, at: start + 20, link: 0, url: "https://a.example/"),
            event("k2", ids[0], .click, at: start + 30, isHuman: false, link: 0, url: "https://a.example/"),
            event("k3", ids[1], .click, at: start + 2 * Self.hour, link: 1, url: "https://b.example/"),
        ]
        _ = try await world.api.call(ApplyTrackingEvents(events: events))
        _ = try await world.api.call(ApplyTrackingEvents(events: events))
        let activity = try await world.api.call(GetCampaignActivity(address: world.address(), interval: .hour))
        #expect(activity.series.map(\.at.microseconds) == [start, start + 2 * Self.hour])
        #expect(activity.series.map(\.opened) == [1, 1])
        #expect(activity.series.map(\.clicked) == [1, 1])
        #expect(
            activity.links == [
                CampaignLink(link: 0, url: "https://a.example/", clickCount: 2, humanClickCount: 1),
                CampaignLink(link: 1, url: "https://b.example/", clickCount: 1, humanClickCount: 1),
            ]
        )
        let days = try await world.api.call(GetCampaignActivity(address: world.address(), interval: .day))
        #expect(days.series.count == 1 && days.series.first?.opened == 2)
        #expect(activity.links.reduce(0) { $0 + $1.clickCount } == (try await world.campaign().statistics.clickCount))
        try await world.expectExactCounters()
    }

    @Test("opens and clicks go to Audience merged by contact, one message a batch of events, none for a repetition")
    func engagement() async throws {
        let world = try CampaignWorld()
        _ = try await world.started(contacts: 2)
        let ids = try await world.recipients().map(\.id.rawValue)
        let events = [
            event("1", ids[1], .open, at: 100), event("2", ids[1], .open, at: 90, isHuman: false), event("3", ids[0], .click, at: 70),
            event("4", ids[1], .open, at: 80), event("5", 999_999, .open, at: 80),
        ]
        _ = try await world.api.call(ApplyTrackingEvents(events: events))
        _ = try await world.api.call(ApplyTrackingEvents(events: events.reversed()))
        let calls = try await world.database.run(OutboxCalls()).filter { $0.method == RecordEngagement.name }
        #expect(calls.count == 1)
        let call = try RecordEngagement.read(ArraySlice(try #require(calls.first).params.utf8))
        #expect(call.contactIDs == [1, 2])
        #expect(call.organizationIDs == [1, 1] && call.audienceIDs == [3, 3])
        #expect(call.opens == [0, 3] && call.humanOpens == [0, 2])
        #expect(call.clicks == [1, 0] && call.humanClicks == [1, 0])
        #expect(call.lastOpenedAt == [0, 100] && call.lastHumanOpenedAt == [0, 100] && call.lastClickedAt == [70, 0])
    }

    @Test("recipients are listed by the word that their facts make, and the SQL and the code agree on it")
    func statuses() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 6, skipping: [5: .unverified])
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch, Array(batch.recipientIDs.prefix(4)))
        try await world.record(campaign, batch, claimed, .sent)
        let ids = claimed.recipientIDs
        func provider(_ id: Int64, _ kind: RecipientProviderEvent.Kind) -> RecipientProviderEvent {
            RecipientProviderEvent(eventID: "\(id)\(kind)", recipientID: id, kind: kind, occurredAt: Timestamp(microseconds: 9))
        }
        let news = [provider(ids[0], .complained), provider(ids[0], .bounced), provider(ids[1], .bounced)]
        _ = try await world.api.call(ApplyProviderEvents(events: news))
        _ = try await world.api.call(ApplyTrackingEvents(events: [event("u", ids[2], .unsubscribe, at: 5)]))
        let all = try await world.recipients()
        #expect(all.map(\.status) == [.complained, .bounced, .unsubscribed, .sent, .pending, .skipped])
        for status in RecipientStatus.allCases {
            let listed = try await world.api.call(ListRecipients(address: world.address(), state: nil, status: status, limit: 100)).recipients
            #expect(listed == all.filter { $0.status == status }, "\(status)")
        }
    }

    @Test("campaigns are listed by audience and status")
    func list() async throws {
        let world = try CampaignWorld()
        for key in ["a", "b", "c"] { try await world.put(key) }
        _ = try await world.api.call(CancelCampaign(address: world.address("b")))
        func keys(_ list: ListCampaigns) async throws -> [String] { try await world.api.call(list).campaigns.map(\.externalKey) }
        let scope = CampaignWorld.scope
        #expect(try await keys(ListCampaigns(scope: scope, status: .draft)) == ["c", "a"])
        #expect(try await keys(ListCampaigns(scope: scope, audienceID: AudienceID(3), status: .cancelled)) == ["b"])
        #expect(try await keys(ListCampaigns(scope: scope, audienceID: AudienceID(4))) == [])
    }
}
