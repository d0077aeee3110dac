import Contracts
import Postgres
import Synchronization

/// Compiled template versions by id; a version never changes, so what is compiled stays good.
final class TemplateCache: Sendable {
    static let capacity = 256

    private struct Entries {
        var compiled: [Int64: CompiledTemplate] = [:]
        /// Oldest first.
        var order: [Int64] = []
    }

    private let database: PostgresPool
    private let entries = Mutex(Entries())

    init(database: PostgresPool) { self.database = database }

    /// Those of the versions that exist; what is not known yet is read with one statement.
    func compiled(_ versionIDs: Set<Int64>) async throws -> [Int64: CompiledTemplate] {
        var found = entries.withLock { entries in
            Dictionary(uniqueKeysWithValues: versionIDs.compactMap { id in entries.compiled[id].map { (id, $0) } })
        }
        let missing = versionIDs.filter { found[$0] == nil }
        guard !missing.isEmpty else { return found }
        for version in try await database.run(TemplateVersionsByID(ids: missing.sorted())) {
            // It was compiled before it was stored.
            guard let compiled = try? CompiledTemplate(version.content) else { continue }
            found[version.id] = compiled
            add(version.id, compiled)
        }
        return found
    }

    private func add(_ id: Int64, _ compiled: CompiledTemplate) {
        entries.withLock { entries in
            guard entries.compiled.updateValue(compiled, forKey: id) == nil else { return }
            entries.order.append(id)
            if entries.order.count > Self.capacity { entries.compiled[entries.order.removeFirst()] = nil }
        }
    }
}
