import Postgres
import Schemas
import TestSupport
import Testing

@Suite("A role uses its own schema and no other (DESIGN section 1)", .allSchemas, .timeLimit(.minutes(2)))
struct RoleWallTests {
    @Test("reading, writing and calling anything of another schema is refused by the server", arguments: RealSchemas.names)
    func others(schema: String) async throws {
        let database = try #require(TestDatabase.current)
        let owner = database.pool()
        let role = database.pool(asRole: RealSchemas.role(of: schema))
        for other in RealSchemas.names where other != schema {
            let relations = try await owner.run(RelationsOfSchema(schema: other))
            #expect(relations.contains("\(other).migrations") && relations.count > 3)
            for relation in relations {
                for attempt in ["SELECT * FROM \(relation) LIMIT 1", "INSERT INTO \(relation) DEFAULT VALUES", "DELETE FROM \(relation)"] {
                    #expect(await Self.refusal(of: attempt, role) == "42501", "\(role) may \(attempt)")
                }
            }
            for call in try await owner.run(FunctionCallsOfSchema(schema: other)) {
                #expect(await Self.refusal(of: "SELECT \(call)", role) == "42501", "\(role) may call \(call)")
            }
            #expect(await Self.refusal(of: "CREATE TABLE \(other).planted (id int)", role) == "42501")
        }
    }

    @Test("no grant of another schema is left lying about, not even one that the lack of USAGE hides", arguments: RealSchemas.names)
    func grants(schema: String) async throws {
        let owner = try #require(TestDatabase.current).pool()
        for other in RealSchemas.names where other != schema {
            #expect(try await owner.run(GrantsOnSchema(role: RealSchemas.role(of: schema), schema: other)) == [])
        }
    }

    @Test("in its own schema a role changes rows, but neither tables nor the record of migrations", arguments: RealSchemas.names)
    func own(schema: String) async throws {
        let database = try #require(TestDatabase.current)
        let role = database.pool(asRole: RealSchemas.role(of: schema))
        #expect(await Self.refusal(of: "SELECT * FROM \(schema).migrations", role) == nil)
        for attempt in [
            "CREATE TABLE \(schema).planted (id int)", "CREATE TABLE public.planted (id int)", "DELETE FROM \(schema).migrations",
            "INSERT INTO \(schema).migrations (name, checksum) VALUES ('v9999_x', 'x')", "ALTER TABLE \(schema).migrations ADD planted int",
            "DROP SCHEMA \(schema) CASCADE", "SET ROLE \(RealSchemas.role(of: schema == "audience" ? "campaign" : "audience"))",
        ] {
            #expect(await Self.refusal(of: attempt, role) == "42501", "\(schema) may \(attempt)")
        }
        for relation in try await database.pool().run(RelationsOfSchema(schema: schema)) where relation != "\(schema).migrations" {
            #expect(await Self.refusal(of: "SELECT * FROM \(relation) LIMIT 1", role) == nil)
            #expect(await Self.refusal(of: "DELETE FROM \(relation) WHERE false", role) == nil)
        }
    }

    @Test("functions that run as their owner may be called by their own role")
    func securityDefiner() async throws {
        let database = try #require(TestDatabase.current)
        let calls = try await database.pool().run(FunctionCallsOfSchema(schema: "tracking"))
        #expect(!calls.isEmpty)
        for call in calls {
            #expect(await Self.refusal(of: "SELECT \(call)", database.pool(asRole: "datamailer_tracking")) != "42501", "\(call)")
        }
    }

    /// The SQLSTATE of the server's refusal; nil when it was carried out.
    private static func refusal(of attempt: String, _ pool: PostgresPool) async -> String? {
        do {
            try await pool.withConnection { try await $0.script("BEGIN; \(attempt); ROLLBACK") }
            return nil
        } catch {
            _ = try? await pool.withConnection { try await $0.script("ROLLBACK") }
            return (error as? PostgresError)?.sqlState ?? "\(error)"
        }
    }
}
