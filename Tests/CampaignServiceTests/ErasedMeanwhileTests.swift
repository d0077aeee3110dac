import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime
import Testing

@testable import CampaignService

@Suite("Erasure beside what is on its way", .campaignDatabase, .timeLimit(.minutes(1)))
struct ErasedMeanwhileTests {
    private let second = EraseContactRecipients(organizationID: OrganizationID(1), contactID: ContactID(2))

    @Test("who is erased after a page of candidates was asked for does not come into the ledger with it")
    func snapshotPage() async throws {
        let world = try CampaignWorld()
        world.audience.add(3)
        try await world.put()
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        var handlers = world.handlers
        handlers.audience = AfterwardsCaller(inner: world.audience.caller) {
            _ = try? await world.api.call(second)
            // The same number in another organization is somebody else.
            _ = try? await world.api.call(EraseContactRecipients(organizationID: OrganizationID(9), contactID: ContactID(3)))
        }
        let campaign = try await world.campaign()
        #expect(try await CampaignSnapshot(handlers: handlers).step(campaign.id) == .complete)
        let rows = try await world.recipients()
        #expect(rows.map(\.email) == ["person1@example.com", "", "person3@example.com"])
        #expect(rows[1].contactID.rawValue == -rows[1].id.rawValue)
        #expect(try await world.database.run(StoredRows()).allSatisfy { !$0.contains("person2") && !$0.contains("name 2") })
        try await world.expectExactCounters()
    }

    @Test("what the provider answers about an erased row is not stored")
    func answer() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        _ = try await world.api.call(second)
        let outcomes = zip(claimed.recipientIDs, claimed.attempts).map {
            AttemptOutcome(recipientID: $0, attempt: $1, kind: .failed, providerMessageID: "m\($0)", reason: "550 <person\($0)@example.com>")
        }
        _ = try await world.api.call(RecordOutcomes(campaignID: campaign.id, batchID: batch.batchID, outcomes: outcomes))
        let rows = try await world.recipients()
        #expect(rows.map(\.status) == [.failed, .failed])
        #expect(rows.map(\.lastError.isEmpty) == [false, true] && rows.map(\.providerMessageID.isEmpty) == [false, true])
        let event = RecipientProviderEvent(
            eventID: "e",
            recipientID: rows[1].id.rawValue,
            kind: .bounced,
            occurredAt: Timestamp(microseconds: 5),
            providerMessageID: "m"
        )
        _ = try await world.api.call(ApplyProviderEvents(events: [event]))
        #expect(try await world.recipients()[1].providerMessageID.isEmpty)
    }

    private struct StoredRows: Statement {
        static let sample = Self()
        var sql: SQL { "SELECT row_to_json(recipients)::text AS line FROM campaign.recipients" }
        func decode(_ row: Row) throws -> String { try row.decode("line") }
    }
}

/// Does something after a page of candidates was given and before it arrives.
private struct AfterwardsCaller: RPCCaller {
    let inner: any RPCCaller
    let afterwards: @Sendable () async -> Void

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        let result = try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
        if method is CampaignCandidates { await afterwards() }
        return result
    }
}
