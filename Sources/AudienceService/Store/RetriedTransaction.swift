import Postgres

/// A contact disappeared between two statements of a change; the change starts again.
struct ContactVanished: Error {}

extension PostgresPool {
    /// A transaction that starts again when it lost against another one (deadlock, serialization) or a contact vanished under it.
    func retriedTransaction<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        var remaining = 4
        while true {
            do {
                return try await transaction(body)
            } catch let error as PostgresError where remaining > 0 && (error.sqlState == "40P01" || error.sqlState == "40001") {
                remaining -= 1
            } catch is ContactVanished where remaining > 0 {
                remaining -= 1
            }
        }
    }
}
