import Contracts
import Model
import Postgres

extension AudienceHandlers {
    /// Some short statements and one page, whatever the size of the audience.
    func campaignCandidates(_ request: CampaignCandidates) async throws -> CandidatePage {
        guard (1...20_000).contains(request.limit) else { throw ValidationFailure.field("limit", "must_be_between_1_and_20000") }
        _ = try await KnownScope.find(request.scope, database)
        let include = Set(request.includeTags)
        let exclude = Set(request.excludeTags)
        let known = try await tagIDs(include.union(exclude), request.scope.audienceID)
        // A tag that does not exist is a tag that nobody has.
        guard include.allSatisfy({ known[$0] != nil }) else {
            return CandidatePage(contactIDs: [], emails: [], skipReasons: [], mergeFields: [], next: nil)
        }
        let rows = try await page(
            CandidatePageRows(
                scope: request.scope,
                includeTagIDs: include.compactMap { known[$0] },
                excludeTagIDs: exclude.compactMap { known[$0] },
                categoryTag: request.categoryTag,
                after: request.after,
                limit: request.limit,
                fields: request.attributeNames.map { $0.isEmpty ? .none : .named } ?? .all,
                attributeNames: request.attributeNames ?? []
            )
        )
        return CandidatePage(
            contactIDs: rows.map(\.id),
            emails: rows.map(\.email),
            skipReasons: rows.map(\.skipReason),
            mergeFields: rows.map(\.mergeFields),
            next: rows.count == request.limit ? rows.last.map { ContactID($0.id) } : nil
        )
    }

    private func page(_ statement: CandidatePageRows) async throws -> [CandidatePageRows.Output] {
        try await database.transaction { connection in
            try await connection.execute(PlanByKeys())
            return try await connection.run(statement)
        }
    }

    private func tagIDs(_ slugs: Set<String>, _ audienceID: AudienceID) async throws -> [String: Int32] {
        guard !slugs.isEmpty else { return [:] }
        var ids: [String: Int32] = [:]
        for tag in try await database.run(TagsBySlug(audienceID: audienceID, slugs: slugs.sorted())) { ids[tag.slug] = tag.id }
        return ids
    }
}
