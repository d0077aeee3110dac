/// A member of a hand-read message that is absent or has no known value; the server answers -32602.
package struct MissingMember: Error, CustomStringConvertible, Equatable {
    package var name: String
    package init(name: String) { self.name = name }
    package var description: String { "\(name): missing or not a known value" }

    /// The value, or an error that names the member.
    package static func known<Value>(_ value: Value?, _ name: String) throws -> Value {
        guard let value else { throw MissingMember(name: name) }
        return value
    }
}
