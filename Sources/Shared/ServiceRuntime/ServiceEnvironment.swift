import Configuration
import JSONRPC
import Logging
import Postgres

/// What a service is built from; tests make one with in-process callers and a test database.
package struct ServiceEnvironment: Sendable {
    package var name: ServiceName
    /// Keys are the environment's names in lower case with dots: `datamailer.transport` is `DATAMAILER_TRANSPORT`.
    package var configuration: ConfigReader
    package var logger: Logger
    package var database: PostgresPool
    /// Callers of the other services by name; `caller(.campaign)` is a pooled client of its socket.
    package var caller: @Sendable (ServiceName) -> any RPCCaller

    package init(
        name: ServiceName,
        configuration: ConfigReader,
        logger: Logger,
        database: PostgresPool,
        caller: @escaping @Sendable (ServiceName) -> any RPCCaller
    ) {
        self.name = name
        self.configuration = configuration
        self.logger = logger
        self.database = database
        self.caller = caller
    }
}
