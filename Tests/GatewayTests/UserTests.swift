import Contracts
import Cryptography
import JSONRPC
import Postgres
import Schemas
import TestSupport
import Testing

@testable import Gateway

@Suite("Staff users", .database((schema: "gateway", role: "datamailer_gateway", migrations: Schemas.gateway)), .timeLimit(.minutes(1)))
struct UserTests {
    @Test("every statement of the gateway fits the migrated schema, as the service's own role")
    func statements() async throws {
        try await Self.pool().withConnection { try await StatementVerifier.verify(GatewayStatements.all, on: $0) }
    }

    @Test("a user is made once; the second time changes password and role; each is in the audit log")
    func create() async throws {
        let pool = try Self.pool()
        let operation = Self.caller(pool)
        let first = try await operation.call(CreateUser(email: " Ada@Example.org ", role: "admin", password: "correct horse battery"))
        #expect(first.created && first.email == "ada@example.org" && first.role == "admin")
        let again = try await operation.call(CreateUser(email: "ada@example.org", role: "viewer", password: "another long password"))
        #expect(again == CreatedUser(id: first.id, email: "ada@example.org", role: "viewer", created: false))
        let stored = try await pool.run(StoredUsers())
        #expect(stored.map(\.role) == ["viewer"])
        let record = try #require(stored.first?.password)
        #expect(record.hasPrefix("$scrypt$") && !record.contains("another"))
        #expect(try await pool.run(AuditLines()) == ["operator user.create \(first.id)", "operator user.update \(first.id)"])
    }

    @Test("every fault is told together, and nothing is stored")
    func faults() async throws {
        let pool = try Self.pool()
        let caller = Self.caller(pool)
        do {
            _ = try await caller.call(CreateUser(email: "nobody", role: "root", password: "short"))
            Issue.record("it was taken")
        } catch {
            guard case .failed(let failure) = error else { return #expect(Bool(false), "\(error)") }
            #expect(failure.fields == ["email": "invalid", "role": "invalid", "password": "too_short"])
        }
        #expect(try await pool.run(StoredUsers()).isEmpty)
        #expect(try await pool.run(AuditLines()).isEmpty)
    }

    @Test("only the operator may make one")
    func callers() async throws {
        let caller = InProcessCaller(Self.methods(try Self.pool()), as: .campaign)
        await #expect(throws: (any Error).self) {
            try await caller.call(CreateUser(email: "ada@example.org", role: "admin", password: "correct horse battery"))
        }
        #expect(try await Self.pool().run(StoredUsers()).isEmpty)
    }

    private static func pool() throws -> PostgresPool { try #require(TestDatabase.current).pool(asRole: "datamailer_gateway") }

    private static func methods(_ pool: PostgresPool) -> RPCMethodTable {
        var methods = RPCMethodTable()
        UserHandlers(database: pool).register(in: &methods)
        return methods
    }

    private static func caller(_ pool: PostgresPool) -> InProcessCaller { InProcessCaller(methods(pool), as: .operator) }
}

private struct StoredUsers: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT users.role, users.password FROM gateway.users ORDER BY users.id" }
    func decode(_ row: Row) throws -> (role: String, password: String) { (try row.decode("role"), try row.decode("password")) }
}

private struct AuditLines: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT audit_log.actor || ' ' || audit_log.action || ' ' || audit_log.subject AS line FROM gateway.audit_log ORDER BY id" }
    func decode(_ row: Row) throws -> String { try row.decode("line") }
}
