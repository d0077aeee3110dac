import Postgres
import TestSupport
import Testing

@testable import CampaignService

@Suite("Statements against the migrated schema")
struct StatementTests {
    @Test("every statement prepares, binds and decodes", .campaignDatabase, .timeLimit(.minutes(1)))
    func statements() async throws {
        let database = try #require(TestDatabase.current).pool(asRole: "datamailer_campaign")
        try await database.withConnection { try await StatementVerifier.verify(CampaignStatements.all, on: $0) }
    }
}
