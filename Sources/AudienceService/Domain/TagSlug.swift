/// The slug under which a tag is stored, made from its name: `ML Zoomcamp` becomes `ml-zoomcamp`.
///
/// ASCII letters are lower-cased, ASCII digits, `_` and letters of other scripts kept, and each run of anything else becomes one `-`;
/// no `-` stands at either end. A slug of a slug is that slug.
enum TagSlug {
    /// The limit of a slug in bytes.
    static let maximumBytes = 200

    /// The slug of a name; nil when nothing is left of it or it is too long.
    static func make(_ name: String) -> String? {
        var slug = ""
        var isGap = false
        for character in name.lowercased() {
            if character.isLetter || character.isNumber || character == "_" {
                if isGap, !slug.isEmpty { slug.append("-") }
                isGap = false
                slug.append(character)
            } else {
                isGap = true
            }
        }
        return slug.isEmpty || slug.utf8.count > maximumBytes ? nil : slug
    }
}
