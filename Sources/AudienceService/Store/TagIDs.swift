import Model
import Postgres

/// The ids of each tag set of a batch.
struct TagIDs: Sendable {
    /// Sorted ids by index of the set.
    var sets: [[Int32]]
    /// The sets as Postgres writes arrays.
    var literals: [String]

    /// Finds the ids, and adds the tags that are missing; with `adds` false they stand as negative numbers, which no row has.
    static func resolve(_ tagSets: TagSets, audienceID: AudienceID, adds: Bool, _ connection: PostgresConnection) async throws -> TagIDs {
        let slugs = tagSets.allSlugs
        guard !slugs.isEmpty else { return TagIDs(sets: tagSets.slugs.map { _ in [] }) }
        var ids: [String: Int32] = [:]
        for tag in try await connection.run(TagsBySlug(audienceID: audienceID, slugs: slugs)) { ids[tag.slug] = tag.id }
        var missing = slugs.filter { ids[$0] == nil }
        if adds, !missing.isEmpty {
            try await connection.execute(AddTags(audienceID: audienceID, slugs: missing))
            for tag in try await connection.run(TagsBySlug(audienceID: audienceID, slugs: missing)) { ids[tag.slug] = tag.id }
            missing = []
        }
        for (index, slug) in missing.enumerated() { ids[slug] = -1 - Int32(index) }
        return TagIDs(sets: tagSets.slugs.map { set in set.compactMap { ids[$0] }.sorted() })
    }

    init(sets: [[Int32]]) {
        self.sets = sets
        literals = sets.map(Self.literal)
    }

    static func literal(_ ids: [Int32]) -> String { "{" + ids.map(String.init).joined(separator: ",") + "}" }
}
