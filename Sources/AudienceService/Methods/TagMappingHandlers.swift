import Contracts
import Postgres

extension AudienceHandlers {
    /// Replaces the mappings and, in the same transaction, queues the tags that members of newly enabled ones are to get.
    func putTagMappings(_ request: PutTagMappings) async throws -> TagMappings {
        var faults: [String: String] = [:]
        if request.mappings.count > PutTagMappings.maximumMappings { faults["mappings"] = "too_many" }
        for (index, mapping) in request.mappings.enumerated() {
            if !(1...1_020).contains(mapping.listKey.utf8.count) { faults["mappings.\(index).list_key"] = "invalid" }
            if !(1...400).contains(mapping.tag.utf8.count) { faults["mappings.\(index).tag"] = "invalid" }
        }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return try await database.retriedTransaction { connection in
            try await connection.execute(LockTagMappings(clientID: request.scope.clientID))
            _ = try await KnownScope.find(request.scope, connection)
            let enabled = try await connection.run(ReplaceTagMappings(scope: request.scope, mappings: request.mappings))
            if !enabled.isEmpty {
                // A statement of its own: it sees the mappings that were just written.
                try await connection.execute(QueueTagsOfMembers(scope: request.scope, listKeys: Array(Set(enabled)).sorted()))
            }
            return TagMappings(mappings: try await connection.run(TagMappingsOfClient(scope: request.scope)))
        }
    }

    func getTagMappings(_ request: GetTagMappings) async throws -> TagMappings {
        TagMappings(mappings: try await database.run(TagMappingsOfClient(scope: request.scope)))
    }
}
