import JSON

/// Output for programs.
enum JSONText {
    static func object(_ members: [(key: String, value: JSONValue)]) -> String { JSONValue.object(JSONObject(members)).text }
}
