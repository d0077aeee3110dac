import CLibPQ
import Synchronization

extension PostgresConnection {
    /// Runs the body and commits; rolls back when it throws or the task was cancelled.
    ///
    /// `BEGIN` travels with the first statement; a body without statements costs no round trip.
    func transaction<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        do {
            let value = try await body(self)
            try Task.checkCancellation()
            try await commit()
            return value
        } catch {
            await rollBack()
            throw error
        }
    }

    private func commit() async throws {
        guard end() else { return }
        let result = try await finish("COMMIT")
        // The body has swallowed the error of a statement, and the server has undone everything.
        guard result.commandTag == "COMMIT" else {
            throw PostgresError(sqlState: "25P02", message: "the transaction had failed and was rolled back")
        }
    }

    private func rollBack() async {
        guard end() else { return }
        // When this fails the connection is in no state to be used again, which its pool finds out.
        _ = try? await finish("ROLLBACK")
    }

    private func finish(_ sql: StaticString) async throws -> PostgresResult {
        let results = try await session.results(isShielded: true) { (state, handle) throws(PostgresError) in
            try state.leavePipeline(handle)
            try state.check(PQsendQuery(handle, sql.description) == 1, handle)
            return 0
        }
        guard let result = results.last else { throw PostgresError.lost("the server gave no result") }
        if let error = result.error { throw error }
        return result
    }

    /// Ends the use of this lease; true when there is a transaction at the server.
    @discardableResult
    func end() -> Bool {
        transaction.withLock { transaction in
            defer { transaction = .ended }
            return transaction == .open
        }
    }
}
