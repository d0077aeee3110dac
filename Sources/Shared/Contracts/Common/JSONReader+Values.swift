import JSON
import Model

/// A text that is none of the values that a field can have.
struct UnknownChoice: Error {
    var text: String
}

extension JSONReader {
    /// An enumeration by its text.
    mutating func choice<Value: RawRepresentable>() throws -> Value where Value.RawValue == String {
        let text = try string()
        guard let value = Value(rawValue: text) else { throw UnknownChoice(text: text) }
        return value
    }

    mutating func timestampIfPresent() throws -> Timestamp? {
        if try takeNull() { return nil }
        let text = try string()
        guard let value = Timestamp(iso8601: text) else { throw UnknownChoice(text: text) }
        return value
    }
}
