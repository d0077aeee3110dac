import Contracts
import Model
import Postgres

extension AudienceHandlers {
    func upsertContact(_ request: UpsertContact) async throws -> ContactStatus {
        var tagSets = TagSets()
        let patch = try UpsertRules.patch(request.change, tagSets: &tagSets)
        let now = Timestamp.now()
        return try await database.retriedTransaction { [tagSets] connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(request.scope, connection)
            let writer = ContactWriter(
                known: known,
                merge: ContactMerge(now: now, source: "api"),
                importJobID: nil,
                dryRun: false,
                connection: connection
            )
            let tags = try await TagIDs.resolve(tagSets, audienceID: request.scope.audienceID, adds: true, connection)
            let outcome = try await writer.apply([patch], tags: tags).first
            if let refusal = outcome?.refusal { throw refusal }
            let stored = try await connection.first(ContactStatusByEmail(scope: request.scope, email: patch.email))
            guard let stored else { throw ContactVanished() }
            return stored.named(known)
        }
    }
}
