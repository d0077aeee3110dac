import Contracts

/// Tags of categories: `[A-Za-z0-9_-]{1,200}`.
enum CategoryRules {
    /// White space around a tag is no part of it.
    static func tag(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    static func isTag(_ tag: String) -> Bool {
        (1...200).contains(tag.utf8.count)
            && tag.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                }
            }
    }

    /// `submission-results` becomes `Submission Results`.
    static func label(of tag: String) -> String {
        tag.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }.joined(separator: " ")
    }

    /// The choices of a change, trimmed.
    ///
    /// - Throws: every fault together.
    static func categories(_ given: [CategoryPreference]) throws(ValidationFailure) -> [CategoryPreference] {
        guard given.count <= PutPreferences.maximumCategories else { throw .field("categories", "too_many") }
        var faults: [String: String] = [:]
        var seen: Set<String> = []
        let categories = given.enumerated().map { index, category in
            let tag = tag(category.tag)
            if tag.isEmpty {
                faults["categories.\(index).tag"] = "required"
            } else if !isTag(tag) {
                faults["categories.\(index).tag"] = "invalid"
            } else if !seen.insert(tag).inserted {
                faults["categories.\(index).tag"] = "duplicate"
            }
            let label = category.label.map { Self.tag($0) }
            if let fault = label.flatMap(TextRules.fault) { faults["categories.\(index).label"] = fault }
            return CategoryPreference(tag: tag, label: label, enabled: category.enabled)
        }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return categories
    }
}
