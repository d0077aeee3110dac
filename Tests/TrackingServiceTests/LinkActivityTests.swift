import Contracts
import JSON
import Logging
import Model
import Postgres
import TestSupport
import Testing

@testable import TrackingService

@Suite("Requests on links in the feed")
struct LinkActivityTests {
    @Test("a second request on the same unsubscribe link is no second event", .timeLimit(.minutes(1)))
    func unsubscribedTwice() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            let forwarder = EventForwarder(store: fixture.store, campaign: campaign.caller, logger: .quiet)
            for _ in 0..<2 {
                let event = TrackingEvent.fixture(type: .unsubscribe)
                _ = try await fixture.store.record([ClassifiedEvent(event)])
                _ = try await forwarder.forwardPage()
            }
            let scope = ClientScope(organizationID: OrganizationID(5), clientID: ClientID(3))
            #expect(try await fixture.feed(scope).events.map(\.type) == [.unsubscribe])
        }
    }

    @Test("a batch of requests that comes to Campaign twice is in the feed once", .timeLimit(.minutes(1)))
    func forwardedTwice() async throws {
        try await TrackingFixture.run { (fixture: TrackingFixture) async throws -> Void in
            let campaign = FakeCampaign(contactID: 41, organizationID: 5)
            let forwarder = EventForwarder(store: fixture.store, campaign: campaign.caller, logger: .quiet)
            _ = try await fixture.store.record([ClassifiedEvent(.fixture()), ClassifiedEvent(.fixture())])
            let owner = fixture.database.pool()
            let copy = "CREATE TABLE public.kept AS SELECT event_count, events FROM tracking.forwarding"
            try await owner.withConnection { try await $0.script(copy) }
            _ = try await forwarder.forwardPage()
            let again = "INSERT INTO tracking.forwarding (event_count, events) SELECT event_count, events FROM public.kept"
            try await owner.withConnection { try await $0.script(again) }
            #expect(try await forwarder.forwardPage())
            let scope = ClientScope(organizationID: OrganizationID(5), clientID: ClientID(3))
            #expect(try await fixture.feed(scope).events.count == 2)
        }
    }
}
