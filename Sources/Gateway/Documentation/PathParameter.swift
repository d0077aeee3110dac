import JSON

/// A part of a path that varies.
enum PathParameter {
    /// All that the paths have, by name.
    static let known: [Field] = [
        Field("email", .email, "An address.", example: "ann@example.org"),
        Field("external_key", .string, "The campaign's key, chosen by the client.", example: "july"),
        Field("id", .id, "An id from an earlier answer.", example: 1),
        Field("key_id", .id, "The key's id.", example: 1),
        Field("key", .string, "The object's key, chosen by the client.", example: "welcome"),
        Field("slug", .string, "The tag's slug.", example: "newsletter"),
        Field("source_object_key", .string, "The member's key, chosen by the client.", example: "user-1"),
        Field("token", .string, "A signed token from a message."),
    ]

    /// The parameters of a path in their order, with their names in it.
    static func all(in path: String) -> [(name: String, field: Field)] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { segment in
            let name = String(segment.dropFirst().prefix { $0 != "}" })
            return (name, known.first { $0.name == name } ?? Field(name, .string))
        }
    }
}
