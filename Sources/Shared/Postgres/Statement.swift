/// One query: static SQL, its parameters as stored properties, its row decoder.
///
/// Prepared once a connection under its type's name.
///
/// `sql` must have the same text for every value of the type (parameters go by interpolation); a run with another text is refused. The exception
/// says so by ``isTextFixed``.
package protocol Statement: Sendable {
    associatedtype Output: Sendable = Void
    /// A value to prepare with; tests and the start of a service prepare every statement against the migrated schema.
    static var sample: Self { get }
    /// False for a query that is put together from fragments: it is planned at every run and never prepared. True by default.
    static var isTextFixed: Bool { get }
    var sql: SQL { get }
    func decode(_ row: Row) throws -> Output
}

extension Statement {
    package static var isTextFixed: Bool { true }
}

extension Statement where Output == Void {
    package func decode(_ row: Row) throws {}
}

/// Where statements run: a pool, a connection, or a transaction.
package protocol PostgresExecutor: Sendable {
    /// All rows.
    func run<S: Statement>(_ statement: S) async throws -> [S.Output]
    /// Rows affected (or returned).
    @discardableResult func execute<S: Statement>(_ statement: S) async throws -> Int
}

extension PostgresExecutor {
    /// The first row, nil when there is none.
    package func first<S: Statement>(_ statement: S) async throws -> S.Output? { try await run(statement).first }
}
