import Logging
import Postgres

/// What the methods share; each method's handler is an extension in `Methods/`.
struct AudienceHandlers: Sendable {
    var database: PostgresPool
    var logger: Logger
}
