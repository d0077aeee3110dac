import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import CampaignService

@Suite("What work costs", .campaignDatabase, .timeLimit(.minutes(2)))
struct CostTests {
    @Test("a page of a snapshot costs the same statements with 1,000 and with 10,000 contacts, and pages cost the same each (D20)")
    func snapshot() async throws {
        let world = try CampaignWorld()
        world.audience.add(1_000)
        world.audience.state.withLock { $0.pageSize = 10_000 }
        let small = try await queueAndSnapshot("small", world)
        world.audience.add(9_000)
        let large = try await queueAndSnapshot("large", world)
        #expect(small == large, "one page each")
        world.audience.state.withLock { $0.pageSize = 1_000 }
        let pages = try await queueAndSnapshot("pages", world)
        #expect(try await world.campaign("pages").statistics.pendingCount == 10_000)
        for (name, count) in pages { #expect(count <= 10 * (small[name] ?? 0), "\(name)") }
        #expect(pages["COPY"] == 10 && small["COPY"] == 1)
        #expect(small.values.reduce(0, +) < 12, "\(small)")
    }

    private func queueAndSnapshot(_ key: String, _ world: CampaignWorld) async throws -> [String: Int] {
        try await world.put(key)
        _ = try await world.api.call(QueueCampaign(address: world.address(key)))
        let id = try await world.campaign(key).id
        return try await statements {
            while try await CampaignSnapshot(handlers: world.handlers).step(id) == .more {}
        }
    }

    @Test("events, claims and outcomes cost the same statements with 1,000 and with 10,000 recipients, and read the rows they name (D21)")
    func hotPath() async throws {
        let small = try await cost(contacts: 1_000)
        let large = try await cost(contacts: 10_000)
        #expect(small.statements == large.statements)
        // Found, and looked at again after the lock or for what is left over.
        #expect(large.rows.values.allSatisfy { $0 <= 2 * 64 }, "\(large.rows)")
        #expect(small.statements["MergeEvents"] == 2 && small.statements.values.reduce(0, +) < 20, "\(small.statements)")
    }

    private struct Cost {
        var statements: [String: Int]
        /// Rows of the ledger that each of the hot statements reads.
        var rows: [String: Int64]
    }

    private func cost(contacts: Int) async throws -> Cost {
        let database = try await TestDatabase.create(
            migrations: [(schema: "campaign", role: "datamailer_campaign", migrations: CampaignWorld.migrations)]
        )
        let measured = try await TestDatabase.$current.withValue(database) { try await measure(contacts) }
        try await database.drop()
        return measured
    }

    private func measure(_ contacts: Int) async throws -> Cost {
        let world = try CampaignWorld()
        world.audience.state.withLock { $0.pageSize = 10_000 }
        let campaign = try await world.started(contacts: contacts)
        let batch = try #require(try await world.messages().first)
        let ids = Array(batch.recipientIDs.prefix(64))
        let counted = try await statements {
            let claimed = try await world.claim(campaign, batch, ids)
            try await world.record(campaign, batch, claimed, .sent)
            for count in [1, 40] { _ = try await world.api.call(ApplyTrackingEvents(events: events(ids.prefix(count), "\(count)"))) }
        }
        let rows = try await world.database.withConnection { connection in
            // One transaction: between two the session's numbers may be handed over and begin anew.
            try await connection.script("BEGIN; SET LOCAL plan_cache_mode = force_generic_plan")
            let rows = try await rowsRead(connection, world, campaign, batch, from: 64)
            try await connection.script("COMMIT")
            return rows
        }
        return Cost(statements: counted, rows: rows)
    }

    @Test("plans that were made while the ledger was small do not read all of it when it has grown (D21)")
    func growing() async throws {
        let world = try CampaignWorld()
        let small = try await world.started("small", contacts: 5)
        let first = try #require(try await world.messages().first)
        try await world.database.withConnection { connection in
            // After five runs a prepared statement's plan is kept.
            for _ in 0..<8 { _ = try await rowsRead(connection, world, small, first, from: 0) }
            world.audience.add(9_995)
            world.audience.state.withLock { $0.pageSize = 10_000 }
            let large = try await world.started("large", contacts: 0)
            let batch = try #require(try await world.messages().last)
            try await connection.script("BEGIN")
            let before = try await connection.first(LedgerRowsRead())
            _ = try await rowsRead(connection, world, large, batch, from: 0)
            let after = try await connection.first(LedgerRowsRead())
            try await connection.script("COMMIT")
            #expect(after?.whole == before?.whole)
        }
    }

    /// Runs the statements of a window and of events on one connection; the rows that each read.
    private func rowsRead(
        _ connection: PostgresConnection,
        _ world: CampaignWorld,
        _ campaign: Campaign,
        _ batch: EnqueueCampaignBatch,
        from start: Int
    ) async throws -> [String: Int64] {
        let ids = Array(batch.recipientIDs.dropFirst(start).prefix(64))
        var rows: [String: Int64] = [:]
        func measure(_ what: String, _ body: () async throws -> Void) async throws {
            let before = try await connection.first(LedgerRowsRead())
            try await body()
            let after = try await connection.first(LedgerRowsRead())
            rows[what] = (after?.indexed ?? 0) + (after?.whole ?? 0) - (before?.indexed ?? 0) - (before?.whole ?? 0)
        }
        let events = ids.prefix(20).map {
            LedgerEvent(eventID: "\(UInt64.random(in: .min ... .max))", recipientID: $0, kind: .open, occurredAt: world.clock.now())
        }
        try await measure("MergeEvents") { _ = try await connection.run(MergeEvents(events: events)) }
        let asked = ClaimCandidates(campaignID: campaign.id, batchID: batch.batchID, recipientIDs: ids)
        try await measure("ClaimCandidates") { _ = try await connection.run(asked) }
        var claim = ClaimRows.sample
        (claim.campaignID, claim.batchID, claim.recipientIDs) = (campaign.id, batch.batchID, ids)
        (claim.checkedIDs, claim.refusals, claim.askedAt) = (ids, ids.map { _ in "" }, Timestamp.now())
        var claimed: [ClaimRows.Output] = []
        try await measure("ClaimRows") { claimed = try await connection.run(claim) }
        let outcomes = claimed.map { AttemptOutcome(recipientID: $0.id, attempt: $0.attempt, kind: .retry) }
        try await measure("RecordRows") {
            _ = try await connection.run(RecordRows(campaignID: campaign.id, batchID: batch.batchID, outcomes: outcomes))
        }
        return rows
    }

    private func events(_ ids: some Sequence<Int64>, _ name: String) -> [RecipientEvent] {
        ids.map {
            RecipientEvent(
                eventID: "\(name)-\($0)",
                recipientID: $0,
                type: .click,
                occurredAt: Timestamp(microseconds: 1_800_000_000_000_000),
                isHuman: true,
                link: 0,
                url: "https://example.com/"
            )
        }
    }
}
