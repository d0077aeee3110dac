import Postgres

/// A contact disappeared between two statements of a change; the change starts again.
struct ContactVanished: Error {}

extension PostgresPool {
    /// A transaction that starts again when it lost against another one (deadlock, serialization) or a contact vanished under it.
    func retriedTransaction<T: Sendable>(_ body: (PostgresConnection) async throws -> T) async throws -> T {
        try await retriedTransaction { connection, _ in try await body(connection) }
    }

    /// The same for a body that may copy contacts in on its first attempt: it is told whether an earlier one failed.
    func retriedTransaction<T: Sendable>(_ body: (PostgresConnection, _ isRepeated: Bool) async throws -> T) async throws -> T {
        var remaining = 4
        while true {
            do {
                return try await transaction { try await body($0, remaining < 4) }
            } catch let error as PostgresError where remaining > 0 && (error.isLostRace || NewContactCopy.isRace(error)) {
                remaining -= 1
            } catch is ContactVanished where remaining > 0 {
                remaining -= 1
            }
        }
    }
}

extension PostgresError {
    /// Deadlock or serialization failure.
    fileprivate var isLostRace: Bool { sqlState == "40P01" || sqlState == "40001" }
}
