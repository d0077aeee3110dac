/// Notices which members an object has, so that a hand-written codec refuses one that lacks a required member, as `Codable` does.
struct RequiredFields {
    struct Missing: Error, CustomStringConvertible {
        var name: String
        var description: String { "the member \(name) is missing" }
    }

    private var names: Set<String> = []

    mutating func insert(_ name: String) { names.insert(name) }

    func require(_ required: [String]) throws {
        for name in required where !names.contains(name) { throw Missing(name: name) }
    }
}
