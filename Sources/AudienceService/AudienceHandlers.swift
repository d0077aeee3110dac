import Logging
import Postgres
import ServiceRuntime

/// What the methods share; each method's handler is an extension in `Methods/`.
struct AudienceHandlers: Sendable {
    var database: PostgresPool
    var logger: Logger
    let importTurns = ImportTurns()
    /// Rung when an upload is complete.
    let importBell = WakeSignal()
    /// Rung when an import of members waits.
    var listImportBell = WakeSignal()
}
