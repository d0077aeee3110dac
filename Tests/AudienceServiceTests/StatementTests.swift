import Postgres
import Schemas
import TestSupport
import Testing

@testable import AudienceService

@Suite("Every statement fits the migrated schema", .database(DatabaseTrait.audience))
struct StatementTests {
    @Test("as the service's own role, with the types that it binds and the columns that it decodes")
    func everyStatement() async throws {
        let database = try #require(TestDatabase.current)
        try await database.pool(asRole: "datamailer_audience").withConnection { connection in
            try await StatementVerifier.verify(AudienceStatements.all, on: connection)
        }
    }

    @Test("the pages of candidates read along keys, without a scan or sort of the audience")
    func candidatePlan() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.script(
            """
            INSERT INTO audience.contacts (organization_id, email, created_at, updated_at)
            SELECT 1, 'u' || i || '@example.com', now(), now() FROM generate_series(1, 20000) AS i;
            INSERT INTO audience.memberships (audience_id, contact_id) SELECT 1, id FROM audience.contacts;
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            SELECT 1, 1, id, 'subscribed', 'test' FROM audience.contacts;
            ANALYZE audience.contacts, audience.memberships, audience.subscriptions;
            """
        )
        let plan = try await fixture.owner.transaction { connection in
            try await connection.script(
                "SET LOCAL plan_cache_mode = force_generic_plan; PREPARE page AS \(CandidatePageRows.sample.sql.text)"
            )
            return try await connection.run(ExplainCandidates()).joined(separator: "\n")
        }
        #expect(plan.contains("memberships_pkey"))
        #expect(plan.contains("subscriptions_pkey"))
        #expect(plan.contains("contacts_pkey"))
        #expect(!plan.contains("Seq Scan on memberships") && !plan.contains("Seq Scan on contacts"))
        #expect(!plan.contains("Seq Scan on subscriptions") && !plan.contains("Sort"))
    }

    @Test("addresses are looked up along keys even when the plan was made on empty tables")
    func lookUpPlan() async throws {
        _ = try await AudienceFixture.make()
        let database = try #require(TestDatabase.current)
        let plan = try await database.pool().transaction { connection in
            try await connection.script(
                """
                ANALYZE audience.contacts, audience.memberships, audience.subscriptions, audience.import_seen;
                SET LOCAL plan_cache_mode = force_generic_plan;
                SET LOCAL enable_seqscan = off;
                SET LOCAL enable_bitmapscan = off;
                PREPARE look_up AS \(LookUpContacts.sample.sql.text)
                """
            )
            return try await connection.run(ExplainLookUp()).joined(separator: "\n")
        }
        #expect(plan.contains("contacts_organization_email_key"))
        #expect(plan.contains("((job_id = $4) AND (email = x.email))"))
        #expect(plan.contains("((audience_id = $8) AND (contact_id = contacts.id))"))
        #expect(!plan.contains("Seq Scan") && !plan.contains("Hash Join") && !plan.contains("Materialize"))
    }
}

private struct ExplainCandidates: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        EXPLAIN EXECUTE page(4194304, 1, 1, 1, 1, 10000, 100)
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("QUERY PLAN") }
}

private struct ExplainLookUp: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        EXPLAIN EXECUTE look_up(65536, 65536, 1, 1, '{}', '{}', 1, 1, 1, 1)
        """
    }

    func decode(_ row: Row) throws -> String { try row.decode("QUERY PLAN") }
}
