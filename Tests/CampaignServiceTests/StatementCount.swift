import Postgres
import Synchronization

/// How often each statement was run, by its name.
func statements(_ body: () async throws -> Void) async rethrows -> [String: Int] {
    let counts = Counts()
    try await StatementObserver.$current.withValue({ counts.add($0) }, operation: body)
    return counts.all
}

private final class Counts: Sendable {
    private let state = Mutex<[String: Int]>([:])
    var all: [String: Int] { state.withLock { $0 } }
    func add(_ name: String) { state.withLock { $0[name, default: 0] += 1 } }
}

/// Rows of the ledger that this session has read so far: by reading the whole table, and along an index.
struct LedgerRowsRead: Statement {
    struct Output: Sendable, Equatable {
        var whole: Int64
        var indexed: Int64
    }

    static let sample = Self()
    var sql: SQL {
        """
        SELECT coalesce(sum(seq_tup_read), 0)::bigint AS whole, coalesce(sum(idx_tup_fetch), 0)::bigint AS indexed
        FROM pg_catalog.pg_stat_xact_user_tables
        WHERE schemaname = 'campaign'
            AND relname = 'recipients'
        """
    }
    func decode(_ row: Row) throws -> Output { Output(whole: try row.decode("whole"), indexed: try row.decode("indexed")) }
}
