import JSON
import Model

// What every hand-written message uses: a member's name and value in one call.
extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: Int64) {
        key(name)
        integer(value)
    }

    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// Nothing for nil.
    mutating func member(_ name: StaticString, _ value: Timestamp?) {
        guard let value else { return }
        key(name)
        string(value.iso8601)
    }

    mutating func member(_ name: StaticString, _ values: [Int64]) {
        key(name)
        beginArray()
        for value in values { integer(value) }
        endArray()
    }

    mutating func member(_ name: StaticString, _ values: [String]) {
        key(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }
}
