import Postgres

/// Keeps the erasures of a schema apart from whoever writes about contacts there.
///
/// Without it a writer that looked before an erasure and commits after it brings the person back. The lock is a statement of its own, the
/// first of its transaction, because a statement sees only what was committed when it began; it is held to the transaction's end.
package enum ErasureLock {
    /// For writers, any number at once: whoever is erased by now is to be found in the schema's `erased_contacts` afterwards.
    package struct Share: Statement {
        package static var sample: Self { Self(schema: "") }
        package var schema: String
        package init(schema: String) { self.schema = schema }
        package var sql: SQL { "SELECT pg_advisory_xact_lock_shared(hashtext('datamailer.erasure'), hashtext(\(schema)))" }
    }

    /// For an erasure: waits for the writers before it, and those after it wait.
    package struct Take: Statement {
        package static var sample: Self { Self(schema: "") }
        package var schema: String
        package init(schema: String) { self.schema = schema }
        package var sql: SQL { "SELECT pg_advisory_xact_lock(hashtext('datamailer.erasure'), hashtext(\(schema)))" }
    }

    package static let statements: [any Statement.Type] = [Share.self, Take.self]
}
