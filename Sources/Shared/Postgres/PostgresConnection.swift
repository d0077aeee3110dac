import CLibPQ
import Synchronization

/// One leased connection; a transaction's connection too.
///
/// It runs one statement at a time; a second task's statement is refused while one runs. It is of no use after its lease.
package final class PostgresConnection: PostgresExecutor {
    enum Transaction { case none, toBegin, open, ended }

    let session: PostgresSession
    let usesPreparedStatements: Bool
    let transaction: Mutex<Transaction>

    init(_ session: PostgresSession, usesPreparedStatements: Bool, isTransaction: Bool = false) {
        self.session = session
        self.usesPreparedStatements = usesPreparedStatements
        transaction = Mutex(isTransaction ? .toBegin : .none)
    }

    package func run<S: Statement>(_ statement: S) async throws -> [S.Output] {
        let result = try await result(of: statement)
        var outputs: [S.Output] = []
        outputs.reserveCapacity(result.rowCount)
        do {
            for index in 0..<result.rowCount { outputs.append(try statement.decode(Row(result: result, index: CInt(index)))) }
        } catch var error as RowError {
            error.statement = String(describing: S.self)
            throw error
        }
        return outputs
    }

    @discardableResult
    package func execute<S: Statement>(_ statement: S) async throws -> Int {
        try await result(of: statement).affectedRows
    }

    /// Several statements in one round trip (pipeline mode); the rows that each affected, in order.
    ///
    /// One failure fails all that follow it. Outside a transaction they are one: all or none is carried out.
    @discardableResult
    package func pipeline(_ statements: [any Statement]) async throws -> [Int] {
        guard !statements.isEmpty else { return [] }
        func item<S: Statement>(_ statement: S) throws -> BatchItem { try BatchItem(statement) }
        let items = try statements.map { try item($0) }
        return try await session.run(batch: items, begins: try takeBegin(), prepares: usesPreparedStatements).map(\.affectedRows)
    }

    /// Runs plain SQL text, several statements allowed (migrations and tests only).
    package func script(_ sql: String) async throws {
        _ = try await simple(sql)
    }

    private func result<S: Statement>(of statement: S) async throws -> PostgresResult {
        let item = try BatchItem(statement)
        return try await session.run(item, begins: try takeBegin(), prepares: usesPreparedStatements)
    }

    /// Results, in text format, of plain SQL.
    func simple(_ sql: String, isShielded: Bool = false) async throws -> [PostgresResult] {
        if try takeBegin() { _ = try await send("BEGIN", isShielded: isShielded) }
        return try await send(sql, isShielded: isShielded)
    }

    private func send(_ sql: String, isShielded: Bool) async throws -> [PostgresResult] {
        let results = try await session.results(isShielded: isShielded) { (state, handle) throws(PostgresError) in
            try state.leavePipeline(handle)
            try state.check(PQsendQuery(handle, sql) == 1, handle)
            return 0
        }
        for result in results { if let error = result.error { throw error } }
        return results
    }

    /// Whether the next message must begin the transaction; from then on it is open.
    private func takeBegin() throws(PostgresError) -> Bool {
        let (isFirst, isEnded) = transaction.withLock { transaction in
            defer { if transaction == .toBegin { transaction = .open } }
            return (transaction == .toBegin, transaction == .ended)
        }
        guard !isEnded else { throw PostgresError(message: "the connection was used after its lease") }
        return isFirst
    }
}
