import Postgres
import TestSupport
import Testing

@Suite("A server that goes away", .timeLimit(.minutes(1))) struct OutageTests {
    private func pool(_ cluster: TestCluster, maximumConnections: Int = 4) -> PostgresPool {
        PostgresPool(
            PostgresConfiguration(connectionString: cluster.adminURL, maximumConnections: maximumConnections, applicationName: "test"),
            logger: .silent
        )
    }

    @Test(
        "while it is away calls fail within about a second as unavailable, and afterwards they succeed by themselves",
        arguments: [true, false]
    )
    func awayAndBack(isCrash: Bool) async throws {
        let cluster = try await TestCluster.start()
        let pool = pool(cluster)
        #expect(try await pool.first(SelectInteger(value: 1)) == 1)
        if isCrash { try await cluster.crash() } else { try await cluster.stop() }
        let clock = ContinuousClock()
        for _ in 0..<2 {
            let begin = clock.now
            let error = try await #require(throws: PostgresError.self) { try await pool.run(SelectInteger(value: 2)) }
            #expect(error.isUnavailable)
            #expect(clock.now - begin < .seconds(3))
        }
        try await cluster.restart()
        while true {
            do {
                let value = try await pool.first(SelectInteger(value: 3))
                #expect(value == 3)
                break
            } catch let error as PostgresError where error.isUnavailable { continue }
        }
        await pool.close()
        try await cluster.remove()
    }

    @Test("a statement that runs when the server stops fails as unavailable; nothing hangs") func midFlight() async throws {
        let cluster = try await TestCluster.start()
        let pool = pool(cluster)
        let observer = self.pool(cluster)
        let slow = Task { try await pool.transaction { connection in try await connection.run(Sleep(seconds: 60)) } }
        while try await observer.first(CountSleepers()) == 0 {}
        try await cluster.stop()
        let error = try await #require(throws: PostgresError.self) { try await slow.value }
        #expect(error.isUnavailable)
        await pool.close()
        await observer.close()
        try await cluster.remove()
    }

    @Test("listening goes on after a restart, with a wake-up for what was missed") func listening() async throws {
        let cluster = try await TestCluster.start()
        let pool = pool(cluster)
        var notifications = pool.listen("news \"today\"").makeAsyncIterator()
        #expect(await notifications.next() == "")
        try await pool.execute(Notify(channel: "news \"today\"", payload: "first"))
        #expect(await notifications.next() == "first")
        try await cluster.stop()
        try await cluster.restart()
        #expect(await notifications.next() == "")
        while true {
            do {
                try await pool.execute(Notify(channel: "news \"today\"", payload: "second"))
                break
            } catch let error as PostgresError where error.isUnavailable { continue }
        }
        #expect(await notifications.next() == "second")
        await pool.close()
        try await cluster.remove()
    }

    @Test("many tasks survive connections that are killed under them") func killing() async throws {
        let database = try await Shop.database()
        let pool = database.pool(maximumConnections: 4)
        let killer = database.pool(maximumConnections: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for round in 0..<200 {
                        do {
                            let value = Int64(task * 1_000 + round)
                            let answer = try await pool.first(SelectInteger(value: value))
                            #expect(answer == value)
                        } catch let error as PostgresError { #expect(error.isUnavailable) }
                    }
                }
            }
            for _ in 0..<5 { try await killer.execute(TerminateOthers()) }
            try await group.waitForAll()
        }
        #expect(try await pool.first(SelectInteger(value: 9)) == 9)
        try await database.drop()
    }

    @Test("a server that cannot be reached and one that does not answer are both unavailable") func unreachable() async throws {
        for url in ["postgresql:///x?host=/nonexistent", "postgresql://u@127.0.0.1:1/x", "no such keyword"] {
            let pool = PostgresPool(PostgresConfiguration(connectionString: url, applicationName: "test"), logger: .silent)
            let error = try await #require(throws: PostgresError.self) { try await pool.run(SelectInteger(value: 1)) }
            #expect(error.isUnavailable)
            await pool.close()
        }
    }
}

private struct CountSleepers: Statement {
    static var sample: CountSleepers { CountSleepers() }
    var sql: SQL { "SELECT count(*) AS count FROM pg_catalog.pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'" }
    func decode(_ row: Row) throws -> Int { try row.decode("count") }
}

private struct TerminateOthers: Statement {
    static var sample: TerminateOthers { TerminateOthers() }
    var sql: SQL {
        """
        SELECT pg_terminate_backend(pid)
        FROM pg_catalog.pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """
    }
}
