import Contracts

/// Names of tags that a call gives.
enum TagNames {
    /// The index of their set.
    ///
    /// - Throws: `<field>: too_many`, and `tags.N: invalid` for names of which no slug can be made, or `<field>: invalid` for another field.
    static func set(_ names: [String], field: String, _ tagSets: inout TagSets) throws(ValidationFailure) -> Int {
        guard names.count <= TagSets.maximumTags else { throw .field(field, "too_many") }
        var faults: [String: String] = [:]
        var slugs: [String] = []
        for (index, name) in names.enumerated() {
            if let slug = TagSlug.make(name) {
                slugs.append(slug)
            } else {
                faults[field == "tags" ? "tags.\(index)" : field] = "invalid"
            }
        }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return tagSets.index(of: slugs)
    }
}
