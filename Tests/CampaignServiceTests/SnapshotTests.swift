import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import CampaignService

@Suite("Snapshots", .campaignDatabase, .timeLimit(.minutes(1)))
struct SnapshotTests {
    @Test("queue answers at once, the snapshot fills the ledger, and the messages cover exactly the rows to mail")
    func whole() async throws {
        let world = try CampaignWorld()
        world.audience.add(1_203, skipping: [5: .unverified, 1_100: .complaint])
        world.audience.state.withLock { $0.pageSize = 700 }
        try await world.put()
        let queued = try await world.api.call(QueueCampaign(address: world.address()))
        #expect(queued.queued)
        #expect(queued.campaign.status == .queued)
        #expect(queued.batchCount == 0)
        #expect(try await world.api.call(QueueCampaign(address: world.address())).queued == false)
        try await world.snapshot()
        let campaign = try await world.campaign()
        #expect(campaign.status == .sending)
        #expect(campaign.statistics.recipientCount == 1_201)
        #expect(campaign.statistics.skippedCount == 2)
        #expect(world.audience.state.withLock { $0.attributeNames } == ["first_name"])
        let messages = try await world.messages()
        #expect(messages.allSatisfy { $0.recipientIDs.count <= 500 && $0.generation == 0 && $0.campaignID == campaign.id })
        let first = try await world.recipients(state: .pending)
        let last = try #require(first.last).id
        let rest = try await world.api.call(ListRecipients(address: world.address(), state: .pending, after: last, limit: 1_000)).recipients
        let pending = first + rest
        #expect(messages.flatMap(\.recipientIDs) == pending.map(\.id.rawValue))
        let skipped = try await world.recipients(state: .skipped)
        #expect(skipped.map(\.skipReason) == [.unverified, .complaint])
        try await world.expectExactCounters()
    }

    @Test("a snapshot that breaks at any page goes on there, with one row per contact (D11)", arguments: 0..<5)
    func restart(_ page: Int) async throws {
        let world = try CampaignWorld()
        world.audience.add(50)
        world.audience.state.withLock { state in
            state.pageSize = 10
            state.failingPages = [page]
        }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        let snapshot = CampaignSnapshot(handlers: world.handlers)
        let id = try await world.campaign().id
        var failures = 0
        var progress = CampaignSnapshot.Progress.more
        while progress == .more {
            // A new process each time: nothing is kept but what is in the database.
            do { progress = try await snapshot.step(id) } catch { failures += 1 }
        }
        #expect(failures == 1)
        #expect(progress == .complete)
        #expect(try await world.recipients().map(\.contactID.rawValue) == Array(1...50))
        #expect(try await world.messages().flatMap(\.recipientIDs).count == 50)
        #expect(try await snapshot.step(id) == .stopped)
        try await world.expectExactCounters()
    }

    @Test(
        "a page's rows, batches and messages are there together or not at all, whichever of them fails (D11)",
        arguments: ["batches", "outbox", "campaigns"]
    )
    func pageIsOne(_ table: String) async throws {
        let world = try CampaignWorld()
        world.audience.add(30)
        world.audience.state.withLock { $0.pageSize = 10 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        let id = try await world.campaign().id
        let snapshot = CampaignSnapshot(handlers: world.handlers)
        #expect(try await snapshot.step(id) == .more)
        let owner = try #require(TestDatabase.current).pool()
        try await owner.withConnection { connection in
            try await connection.script(
                """
                CREATE FUNCTION campaign.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
                CREATE TRIGGER fail AFTER INSERT OR UPDATE ON campaign.\(table) FOR EACH ROW EXECUTE FUNCTION campaign.fail();
                GRANT EXECUTE ON FUNCTION campaign.fail TO datamailer_campaign
                """
            )
        }
        for _ in 0..<2 { await #expect(throws: (any Error).self) { try await snapshot.step(id) } }
        #expect(try await world.recipients().count == 10)
        #expect(try await world.messages().flatMap(\.recipientIDs).count == 10)
        try await owner.withConnection { try await $0.script("DROP TRIGGER fail ON campaign.\(table)") }
        while try await snapshot.step(id) == .more {}
        #expect(try await world.messages().flatMap(\.recipientIDs) == (try await world.recipients().map(\.id.rawValue)))
        #expect(try await world.recipients().count == 30)
        try await world.expectExactCounters()
    }

    @Test("two processes on one snapshot write each page once")
    func twoRunners() async throws {
        let world = try CampaignWorld()
        world.audience.add(200)
        world.audience.state.withLock { $0.pageSize = 10 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        async let first: Void = world.snapshot()
        async let second: Void = world.snapshot()
        _ = try await (first, second)
        #expect(try await world.recipients().map(\.contactID.rawValue) == Array(1...200))
        #expect(try await world.messages().flatMap(\.recipientIDs).sorted() == (try await world.recipients().map(\.id.rawValue)))
        try await world.expectExactCounters()
    }

    @Test("an empty audience is sent at once")
    func empty() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 0)
        #expect(campaign.status == .sent)
        #expect(campaign.sentAt == world.clock.now())
    }

    @Test("a campaign whose recipients are all skipped is sent without a message")
    func allSkipped() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3, skipping: [0: .suppressed, 1: .unverified, 2: .hardBounce])
        #expect(campaign.status == .sent)
        #expect(try await world.messages().isEmpty)
    }

    @Test("a selection that Audience refuses fails the campaign with the reason, and settles rows that wait")
    func refusedSelection() async throws {
        let world = try CampaignWorld()
        world.audience.add(20)
        world.audience.state.withLock { $0.pageSize = 10 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        let id = try await world.campaign().id
        #expect(try await CampaignSnapshot(handlers: world.handlers).step(id) == .more)
        world.audience.state.withLock { $0.selectionFailure = .field("category_tag", "not_found") }
        #expect(try await CampaignSnapshot(handlers: world.handlers).step(id) == .stopped)
        let campaign = try await world.campaign()
        #expect(campaign.status == .failed)
        #expect(campaign.statusReason.contains("category_tag: not_found"))
        #expect(campaign.statistics.skippedCount == 10)
        #expect(try await world.database.first(HasCampaignWork(now: world.clock.now())) == false)
        try await world.expectExactCounters()
    }

    @Test("pages that do not follow the cursor are never written")
    func impossiblePages() {
        func page(_ ids: [Int64], next: Int64?) -> CandidatePage {
            CandidatePage(
                contactIDs: ids,
                emails: ids.map { "\($0)" },
                skipReasons: ids.map { _ in "" },
                mergeFields: ids.map { _ in "{}" },
                next: next.map { ContactID($0) }
            )
        }
        let bad = [page([5, 6], next: nil), page([7, 7], next: nil), page([8, 7], next: nil), page([6, 7], next: 6), page([], next: 5)]
        for page in bad { #expect(throws: CampaignSnapshot.ImpossiblePage.self) { try CampaignSnapshot.check(page, after: ContactID(5)) } }
        var uneven = page([6], next: nil)
        uneven.emails = []
        #expect(throws: CampaignSnapshot.ImpossiblePage.self) { try CampaignSnapshot.check(uneven, after: ContactID(5)) }
        #expect(throws: Never.self) { try CampaignSnapshot.check(page([6, 9], next: 9), after: ContactID(5)) }
    }

    @Test("a cancel between pages stops the snapshot and skips what is there")
    func cancelled() async throws {
        let world = try CampaignWorld()
        world.audience.add(30)
        world.audience.state.withLock { $0.pageSize = 10 }
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        let id = try await world.campaign().id
        _ = try await CampaignSnapshot(handlers: world.handlers).step(id)
        let cancelled = try await world.api.call(CancelCampaign(address: world.address()))
        #expect(cancelled.skippedCount == 10)
        #expect(try await CampaignSnapshot(handlers: world.handlers).step(id) == .stopped)
        #expect(try await world.recipients().allSatisfy { $0.skipReason == .campaignCancelled })
        try await world.expectExactCounters()
    }

    @Test("a scheduled campaign is started when it is due, with the content of that moment (D10)")
    func schedule() async throws {
        let world = try CampaignWorld()
        world.audience.add(2)
        try await world.put { $0.scheduledAt = world.clock.now().adding(.seconds(60)) }
        let queued = try await world.api.call(QueueCampaign(address: world.address()))
        #expect(queued.queued)
        #expect(queued.campaign.status == .scheduled)
        #expect(try await world.api.call(QueueCampaign(address: world.address())).queued == false)
        #expect(try await world.api.call(CampaignTick()).due == 0)
        try await world.put { $0.subject = "Later" }
        world.clock.advance(by: .seconds(61))
        #expect(try await world.api.call(CampaignTick()).due == 1)
        try await world.snapshot()
        #expect(try await world.campaign().status == .sending)
        #expect(try await world.api.call(GetCampaignContent(address: world.address())).subject == "Later")
    }

    @Test("a scheduled campaign that cannot start has failed with the reason; one whose schedule is cleared is a draft")
    func scheduleEnds() async throws {
        let world = try CampaignWorld()
        try await world.put { $0.scheduledAt = world.clock.now().adding(.seconds(60)) }
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        try await world.put { $0.clearsSchedule = true }
        #expect(try await world.campaign().status == .draft)
        try await world.put { $0.scheduledAt = world.clock.now().adding(.seconds(60)) }
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        world.audience.state.withLock { $0.senders = [] }
        world.clock.advance(by: .seconds(61))
        _ = try await world.api.call(CampaignTick())
        #expect(try await world.campaign().status == .failed)
        #expect(try await world.campaign().statusReason == "it could not be started: from_email: not_configured")
    }
}
