import Logging
import Readiness
import Synchronization

/// Connections to one database, opened when needed, at most so many, closed again when idle.
///
/// Safe to use from any number of tasks. When the server is away each call fails within ``PostgresConfiguration/outageTimeout`` with an error that
/// is `isUnavailable`; when it is back calls succeed again, without a restart of anything.
package final class PostgresPool: PostgresExecutor {
    struct State {
        /// The most recently used last.
        var idle: [PostgresSession] = []
        /// Idle, leased and connecting sessions.
        var total = 0
        /// Attempts to connect that are under way, and their sessions as far as they are known.
        var opening = 0
        var connecting: [ObjectIdentifier: PostgresSession] = [:]
        var waiters = PoolQueue()
        /// Attempts to connect that failed in a row.
        var failures = 0
        var lastFailure: PostgresError?
        var isBackingOff = false
        var sweepTimer: TimerID?
        var idleTimer: TimerID?
        var isClosed = false
        var onDrained: [CheckedContinuation<Void, Never>] = []
    }

    let configuration: PostgresConfiguration
    let logger: Logger
    let state = Mutex(State())
    /// Connections past a pooler; nil where this pool's own lead to the server itself.
    private let direct: PostgresPool?

    package init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        direct = configuration.directConnectionString == nil ? nil : PostgresPool(configuration.direct, logger: logger)
    }

    deinit {
        for session in state.withLock({ $0.idle }) { session.close() }
    }

    package func run<S: Statement>(_ statement: S) async throws -> [S.Output] {
        try await repeating { try await $0.run(statement) }
    }

    @discardableResult
    package func execute<S: Statement>(_ statement: S) async throws -> Int {
        try await repeating { try await $0.execute(statement) }
    }

    /// Several statements in one round trip and one transaction: all are carried out or none.
    @discardableResult
    package func pipeline(_ statements: [any Statement]) async throws -> [Int] {
        try await repeating { try await $0.pipeline(statements) }
    }

    /// Lends a connection to the body.
    ///
    /// A connection that comes back in a transaction, or broken, is closed.
    package func withConnection<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        try await lease(isTransaction: false, body)
    }

    /// Lends a connection that is one session of the server for all of the body, also where a pooler stands in between: for session locks.
    package func withSession<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        try await (direct ?? self).withConnection(body)
    }

    /// Refuses new work, closes idle connections, and waits until those that are in use have come back.
    package func close() async {
        await direct?.close()
        await closeOwn()
    }

    /// BEGIN … COMMIT; a thrown error rolls back and is rethrown, and so does the task's cancellation.
    ///
    /// An error of COMMIT itself that is `isUnavailable` leaves open whether the transaction was carried out.
    package func transaction<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        try await lease(isTransaction: true) { connection in try await connection.transaction(body) }
    }

    /// Prepares every statement and checks it against the schema; what a service does at its start.
    package func prepareAll(_ types: [any Statement.Type]) async throws {
        try await withConnection { try await StatementVerifier.verify(types, on: $0) }
    }

    private func lease<T: Sendable>(isTransaction: Bool, _ body: (PostgresConnection) async throws -> T) async throws -> T {
        try await lend(try await acquire(), isTransaction: isTransaction, body)
    }

    private func lend<T: Sendable>(
        _ session: PostgresSession,
        isTransaction: Bool,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        let connection = PostgresConnection(
            session,
            usesPreparedStatements: configuration.usesPreparedStatements,
            isTransaction: isTransaction
        )
        defer {
            connection.end()
            release(session)
        }
        return try await body(connection)
    }

    /// A statement that certainly was not carried out, because its connection broke before it, is repeated on another one.
    private func repeating<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        var attempts = 1
        while true {
            let session = try await acquire()
            do {
                return try await lend(session, isTransaction: false, body)
            } catch let error as PostgresError where error.isUnavailable && error.isSafeToRetry && attempts < 3 {
                attempts += 1
            }
        }
    }
}
