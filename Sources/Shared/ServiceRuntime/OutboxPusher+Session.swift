import Logging
import Postgres
import Synchronization

extension OutboxPusher {
    /// Holds the schema's lock on one connection and pushes until the table is empty.
    /// - Returns: false when another process holds the lock.
    func session() async throws -> Bool {
        guard try await hasItems() else { return true }
        return try await database.withSession { connection in
            guard try await connection.first(TryOutboxLock(schema: outbox.service.schema)) == true else { return false }
            do {
                try await pushAll(connection)
            } catch {
                _ = try? await connection.run(ReleaseOutboxLock(schema: outbox.service.schema))
                throw error
            }
            _ = try await connection.run(ReleaseOutboxLock(schema: outbox.service.schema))
            return true
        }
    }

    private func hasItems() async throws -> Bool {
        let waits = try await !outbox.table.destinations(in: database).isEmpty
        state.withLock { $0.mayHaveItems = waits }
        return waits
    }

    /// One child for each destination that has items; returns when the table is empty and all children have ended.
    private func pushAll(_ connection: PostgresConnection) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while !isStopping {
                let waiting = try await outbox.table.destinations(in: connection)
                let (starting, isIdle) = state.withLock { state in
                    let starting = waiting.filter { state.running.insert($0).inserted }
                    return (starting, state.running.isEmpty)
                }
                if isIdle { return }
                for destination in starting {
                    group.addTask {
                        defer {
                            self.state.withLock { _ = $0.running.remove(destination) }
                            self.outbox.wake()
                        }
                        try await self.push(to: destination)
                    }
                }
                await outbox.signal.wait(atMost: limits.poll)
            }
        }
    }
}
