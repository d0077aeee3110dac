import Contracts
import Foundation
import JSONRPC
import Postgres
import Schemas
import TestSupport
import Testing

@testable import Gateway

@Suite(
    "What the operator asks the gateway",
    .database((schema: "gateway", role: "datamailer_gateway", migrations: Schemas.gateway)),
    .timeLimit(.minutes(1))
)
struct MaintenanceTests {
    @Test("a tick delivers what a process before left in the spool, and says how much that was")
    func tick() async throws {
        try await withOperator { (caller, spool, backend) async throws in
            #expect(try await caller.call(GatewayTick()).due == 0)
            #expect(await spool.append([SpoolTests.event("a"), SpoolTests.event("b")]))
            #expect(await spool.append([SpoolTests.event("c")]))
            #expect(try await caller.call(GatewayTick()).due == 2)
            #expect(Set(backend.events.map(\.eventID)) == ["a", "b", "c"])
            #expect(await spool.isEmpty)
            #expect(try await caller.call(GatewayTick()).due == 0)
        }
    }

    @Test("while Tracking is away the lines stay due and pending; nothing is lost")
    func away() async throws {
        try await withOperator { (caller, spool, backend) async throws in
            backend.tracking.isUp = false
            #expect(await spool.append([SpoolTests.event("a")]))
            #expect(try await caller.call(GatewayTick()).due == 1)
            #expect(try await caller.call(GatewayTick()).due == 1)
            let report = try await caller.call(GatewayVerify())
            #expect(report == VerifyReport(mismatches: [], outboxPending: 1, checked: 1))
            backend.tracking.isUp = true
            #expect(try await caller.call(GatewayTick()).due == 1)
            #expect(try await caller.call(GatewayVerify()) == VerifyReport(mismatches: [], outboxPending: 0, checked: 0))
            #expect(backend.events.map(\.eventID) == ["a"])
        }
    }

    @Test("lines that Tracking refused are told by verify, with the file that holds them")
    func refused() async throws {
        try await withOperator { (caller, spool, backend) async throws in
            #expect(await spool.append([SpoolTests.event("a")]))
            #expect(await spool.append([SpoolTests.event("b")]))
            try await spool.replay(to: RefusingCaller(inner: backend.tracking, refusedID: "a"))
            let report = try await caller.call(GatewayVerify())
            #expect(report.outboxPending == 0 && report.checked == 1)
            #expect(report.mismatches == ["Tracking refused 1 spooled lines; they are kept in \(spool.refusedFile)"])
        }
    }

    @Test("several ticks at once deliver each event once and keep a refused line once")
    func manyTicks() async throws {
        try await withOperator { (caller, spool, backend) async throws in
            for number in 0..<50 { #expect(await spool.append([SpoolTests.event("e\(number)")])) }
            // As a process leaves it that was killed while it replayed.
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: spool.directory).first)
            try FileManager.default.moveItem(atPath: "\(spool.directory)/\(name)", toPath: "\(spool.directory)/\(name).1.replay")
            let refusing = RefusingCaller(inner: backend.tracking, refusedID: "e25")
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try? await spool.replay(to: refusing) } }
            }
            try await spool.replay(to: refusing)
            #expect(await spool.counts() == (waiting: 0, refused: 1))
            #expect(backend.state.now.recordCalls == 49)
        }
    }

    @Test("health tells the schema and that the database answers")
    func health() async throws {
        try await withOperator { (caller, _, _) async throws in
            let health = try await caller.call(GatewayHealth())
            #expect(health.service == "gateway" && health.databaseAvailable && health.residentBytes > 0)
            #expect(health.schemaVersion == Schemas.gateway.last?.name)
        }
    }

    private func withOperator(_ body: (InProcessCaller, EventSpool, FakeBackend) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/maintenance-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let backend = FakeBackend()
        let spool = try EventSpool(directory: directory, logger: SpoolTests.logger)
        let pool = try #require(TestDatabase.current).pool(asRole: "datamailer_gateway")
        var methods = RPCMethodTable()
        MaintenanceHandlers(spool: spool, tracking: backend.tracking, database: pool, logger: SpoolTests.logger).register(in: &methods)
        try await body(InProcessCaller(methods, as: .operator), spool, backend)
    }
}
