import Contracts
import JSON
import Model
import Postgres

extension AudienceHandlers {
    /// Some short statements and one page, whatever the size of the audience.
    func campaignCandidates(_ request: CampaignCandidates) async throws -> CandidatePage {
        guard (1...20_000).contains(request.limit) else { throw ValidationFailure.field("limit", "must_be_between_1_and_20000") }
        _ = try await KnownScope.find(request.scope, database)
        guard let selection = try await selection(request) else { return .empty }
        let rows = CandidatePageRows(
            scope: request.scope,
            selection: selection,
            categoryTag: request.categoryTag,
            after: request.after,
            limit: request.limit,
            attributeNames: request.attributeNames,
            wantsMember: request.wantsMember ?? false
        )
        return try await database.transaction { connection in
            try await connection.execute(PlanByKeys())
            return try await connection.first(rows) ?? .empty
        }
    }

    /// nil: nobody can be meant.
    private func selection(_ request: CampaignCandidates) async throws -> CandidateSelection? {
        let include = Set(request.includeTags)
        let exclude = Set(request.excludeTags)
        let known = try await tagIDs(include.union(exclude), request.scope.audienceID)
        var selection = CandidateSelection()
        if let key = request.recipientListKey, !key.isEmpty {
            guard let listID = try await database.first(ListIDByKey(scope: request.scope, key: key)) else {
                throw ValidationFailure.field("recipient_list_key", "not_found")
            }
            selection.listID = listID
        }
        if let rules = request.segmentRules, !rules.isEmpty {
            guard let tree = try? JSONValue.parse(rules) else { throw ValidationFailure.field("rules", "invalid_json") }
            selection.rules = try SegmentCompiler.compile(tree, audienceID: request.scope.audienceID, now: .now())
        }
        // A tag that does not exist is a tag that nobody has.
        guard include.allSatisfy({ known[$0] != nil }) else { return nil }
        selection.includeTagIDs = include.compactMap { known[$0] }.sorted()
        selection.excludeTagIDs = exclude.compactMap { known[$0] }.sorted()
        return selection
    }

    private func tagIDs(_ slugs: Set<String>, _ audienceID: AudienceID) async throws -> [String: Int32] {
        guard !slugs.isEmpty else { return [:] }
        var ids: [String: Int32] = [:]
        for tag in try await database.run(TagsBySlug(audienceID: audienceID, slugs: slugs.sorted())) { ids[tag.slug] = tag.id }
        return ids
    }
}
