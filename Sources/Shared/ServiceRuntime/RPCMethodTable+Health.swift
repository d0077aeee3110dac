import Contracts
import JSONRPC
import Postgres

extension RPCMethodTable {
    /// Answers the service's health method from its database and process.
    package mutating func registerHealth<Method: HealthMethod>(_ method: Method.Type, name: ServiceName, database: PostgresPool) {
        on(method) { _, _ in
            let version = try? await SchemaVersion.current(of: name, in: database)
            return HealthReport(
                service: name.rawValue,
                databaseAvailable: version != nil,
                schemaVersion: version ?? "",
                residentBytes: ResidentMemory.bytes
            )
        }
    }
}
