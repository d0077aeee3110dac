import Model
import Postgres
import TestSupport
import Testing

@Suite("PostgresPool", .timeLimit(.minutes(1)), .database(Shop.migrations)) struct PoolTests {
    private func database() throws -> TestDatabase { try #require(TestDatabase.current) }

    @Test("200 tasks share 8 connections") func sharing() async throws {
        let pool = try database().pool()
        let pids = try await withThrowingTaskGroup(of: Int32?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    for round in 0..<10 {
                        let value = Int64(number * 10 + round)
                        #expect(try await pool.first(SelectInteger(value: value)) == value)
                    }
                    return try await pool.first(BackendPID())
                }
            }
            return try await group.reduce(into: Set<Int32>()) { pids, pid in if let pid { pids.insert(pid) } }
        }
        #expect((1...8).contains(pids.count))
    }

    @Test("a thrown error rolls back, and the connection serves on") func rollback() async throws {
        struct Stop: Error {}
        let pool = try database().pool(maximumConnections: 1)
        await #expect(throws: Stop.self) {
            try await pool.transaction { connection in
                try await connection.execute(InsertItem(id: 1, name: "one"))
                #expect(try await connection.first(CountItems()) == 1)
                throw Stop()
            }
        }
        #expect(try await pool.first(CountItems()) == 0)
        try await pool.transaction { connection in _ = try await connection.execute(InsertItem(id: 1, name: "one")) }
        #expect(try await pool.first(CountItems()) == 1)
        try await pool.transaction { _ in }
    }

    @Test("a transaction whose body swallows a failure is an error, not a silent loss") func swallowed() async throws {
        let pool = try database().pool()
        let error = try await #require(throws: PostgresError.self) {
            try await pool.transaction { connection in
                try await connection.execute(InsertItem(id: 1, name: "one"))
                _ = try? await connection.execute(InsertItem(id: 1, name: "one"))
            }
        }
        #expect(error.sqlState == "25P02")
        #expect(try await pool.first(CountItems()) == 0)
    }

    @Test("a cancelled task's statement is cancelled at the server and its transaction rolled back") func cancellation() async throws {
        let pool = try database().pool(maximumConnections: 1)
        let (begun, signal) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await pool.transaction { connection in
                try await connection.execute(InsertItem(id: 1, name: "one"))
                signal.yield()
                _ = try await connection.run(Sleep(seconds: 60))
            }
        }
        for await _ in begun { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await pool.first(CountItems()) == 0)
        // The cancelled statement's first run had also prepared it; that must not be in the way of the next.
        #expect(try await pool.run(Sleep(seconds: 0)).count == 1)
    }

    @Test("a task that is cancelled in the queue leaves it") func leavingQueue() async throws {
        let pool = try database().pool(maximumConnections: 1)
        try await pool.withConnection { connection in
            let waiting = Task { try await pool.first(SelectInteger(value: 1)) }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            let value = try await connection.first(SelectInteger(value: 2))
            #expect(value == 2)
        }
        #expect(try await pool.first(SelectInteger(value: 3)) == 3)
    }

    @Test("waiting is bounded by time and by count") func exhaustion() async throws {
        var configuration = PostgresConfiguration(
            connectionString: try database().url(role: nil),
            maximumConnections: 1,
            applicationName: "test"
        )
        configuration.queueTimeout = .seconds(2)
        let pool = PostgresPool(configuration, logger: .silent)
        configuration.maximumQueueLength = 0
        try await pool.withConnection { _ in
            let error = try await #require(throws: PostgresError.self) { try await pool.run(SelectInteger(value: 1)) }
            #expect(error.isUnavailable)
        }
        #expect(try await pool.first(SelectInteger(value: 2)) == 2)
        await pool.close()
        let full = PostgresPool(configuration, logger: .silent)
        let error = try await #require(throws: PostgresError.self) { try await full.run(SelectInteger(value: 1)) }
        #expect(error.isUnavailable)
        await full.close()
    }

    @Test("idle connections are closed") func idle() async throws {
        var configuration = PostgresConfiguration(connectionString: try database().url(role: nil), applicationName: "idle-test")
        configuration.idleTimeout = .milliseconds(20)
        let pool = PostgresPool(configuration, logger: .silent)
        let observer = try database().pool()
        #expect(try await pool.first(SelectInteger(value: 1)) == 1)
        while try await observer.first(CountSessions(application: "idle-test")) != 0 {}
        #expect(try await pool.first(SelectInteger(value: 1)) == 1)
        await pool.close()
    }

    @Test("an idle connection that the server ended is replaced without an error") func replaced() async throws {
        let pool = try database().pool(maximumConnections: 1)
        let other = try database().pool(maximumConnections: 1)
        for _ in 0..<20 {
            let pid = try #require(try await pool.first(BackendPID()))
            #expect(try await other.first(Terminate(pid: pid)) == true)
            #expect(try await pool.first(BackendPID()) != pid)
        }
    }

    @Test("a connection is refused to a second task while it works, and to anybody after its lease") func misuse() async throws {
        let pool = try database().pool()
        let kept = try await pool.withConnection { connection in
            let results = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<2 { group.addTask { (try? await connection.run(Sleep(seconds: 0.2))) != nil } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.filter { $0 }.count == 1)
            return connection
        }
        await #expect(throws: PostgresError.self) { try await kept.run(SelectInteger(value: 1)) }
    }

    @Test("a pool that is closed refuses work") func closed() async throws {
        let pool = try database().pool()
        #expect(try await pool.first(SelectInteger(value: 1)) == 1)
        await pool.close()
        await #expect(throws: PostgresError.self) { try await pool.run(SelectInteger(value: 1)) }
    }
}

private struct CountSessions: Statement {
    static var sample: CountSessions { CountSessions(application: "") }
    var application: String
    var sql: SQL { "SELECT count(*) AS count FROM pg_catalog.pg_stat_activity WHERE application_name = \(application)" }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}
