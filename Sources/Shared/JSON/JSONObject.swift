/// The members of a JSON object in their order; a key stands once.
///
/// A lookup takes constant time: a few members are compared one by one, many are found by an index.
package struct JSONObject: Hashable, Sendable {
    package private(set) var members: [(key: String, value: JSONValue)] = []
    /// Positions by key, kept only above ``indexThreshold`` members.
    private var index: [String: Int]?

    private static let indexThreshold = 16

    package init() {}

    /// Of members with the same key the last value stays, in the place of the first.
    package init(_ members: [(key: String, value: JSONValue)]) {
        self.members.reserveCapacity(members.count)
        for (key, value) in members { self[key] = value }
    }

    package var keys: [String] { members.map(\.key) }
    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }

    /// Reads, replaces in place, appends, or (with nil) removes a member.
    package subscript(key: String) -> JSONValue? {
        get { position(of: key).map { members[$0].value } }
        set {
            if let position = position(of: key) {
                if let newValue { members[position].value = newValue } else { remove(at: position) }
            } else if let newValue {
                append(key, newValue)
            }
        }
    }

    /// Appends a member unless its key is there already; says whether it did.
    mutating func insertNew(_ key: String, _ value: JSONValue) -> Bool {
        guard position(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    private func position(of key: String) -> Int? {
        if let index { index[key] } else { members.firstIndex { $0.key == key } }
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if index != nil {
            index?[key] = members.count - 1
        } else if members.count > Self.indexThreshold {
            index = makeIndex()
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        if index != nil { index = members.count > Self.indexThreshold ? makeIndex() : nil }
    }

    private func makeIndex() -> [String: Int] {
        var index = [String: Int](minimumCapacity: members.count * 2)
        for (position, member) in members.enumerated() { index[member.key] = position }
        return index
    }

    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.members.count == rhs.members.count && zip(lhs.members, rhs.members).allSatisfy { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for (key, value) in members {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}
