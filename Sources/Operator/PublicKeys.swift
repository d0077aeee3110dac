import JSON

/// Results as the HTTP API spells them: `sent_count`, not `sentCount`, and a campaign's numbers beside its other members.
enum PublicKeys {
    /// What users named themselves stays as it is.
    private static let opaque: Set<String> = ["attributes", "metadata", "body", "fields", "errors", "details"]

    static func of(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(of))
        case .object(let object):
            var members: [(key: String, value: JSONValue)] = []
            for (key, value) in object.members {
                if key == "statistics", case .object(let numbers) = of(value) {
                    members += numbers.members
                } else {
                    members.append((key: snake(key), value: opaque.contains(key) ? value : of(value)))
                }
            }
            return .object(JSONObject(members))
        default: return value
        }
    }

    /// `contactID` is `contact_id`, `htmlBody` is `html_body`.
    static func snake(_ key: String) -> String {
        var text = ""
        var wasUpper = true
        for character in key {
            if character.isUppercase, !wasUpper { text.append("_") }
            wasUpper = character.isUppercase
            text.append(contentsOf: character.lowercased())
        }
        return text
    }
}
