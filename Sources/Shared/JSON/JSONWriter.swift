/// Appends compact JSON to a byte array; commas are its own business.
///
/// What hot codecs write with. It writes what it is told: that keys and values alternate and that brackets match is the caller's part.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(reservingCapacity capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes into memory that is not needed any more.
    package init(reusing memory: consuming [UInt8]) {
        bytes = memory
        bytes.removeAll(keepingCapacity: true)
    }

    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes a member's name; the next call writes its value.
    ///
    /// - Parameter name: plain ASCII without quotes, backslashes and control characters; it is written as it stands.
    package mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member's name; the next call writes its value.
    package mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    package mutating func integer(_ value: Int64) {
        separate()
        digits(value)
    }

    /// NaN and infinities have no JSON form and become 0.
    package mutating func double(_ value: Double) { word(JSONNumber(value).text) }

    package mutating func bool(_ value: Bool) { word(value ? "true" : "false") }
    package mutating func null() { word("null") }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let value): word(value.text)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object):
            beginObject()
            for (key, value) in object.members {
                self.key(key)
                self.value(value)
            }
            endObject()
        }
    }

    /// Takes bytes that are one JSON value already, for example from Postgres.
    ///
    /// A raw newline can stand only between the tokens of valid JSON, so each becomes a space: a line stays a line.
    package mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        let start = bytes.count
        bytes.append(contentsOf: json)
        if bytes[start...].contains(0x0A) {
            for index in start..<bytes.count where bytes[index] == 0x0A { bytes[index] = 0x20 }
        }
    }

    /// Takes back the end of the object that was written last, so that members can follow; false when no object stands at the end.
    package mutating func reopenObject() -> Bool {
        while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0D { bytes.removeLast() }
        guard bytes.last == UInt8(ascii: "}") else { return false }
        bytes.removeLast()
        while let last = bytes.last, last == 0x20 || last == 0x09 || last == 0x0D { bytes.removeLast() }
        needsComma = bytes.last != UInt8(ascii: "{")
        return true
    }

    /// Ends a line of newline-delimited JSON; the next value begins a new text.
    package mutating func newline() {
        bytes.append(0x0A)
        needsComma = false
    }

    /// Empties the writer and keeps its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }
}

extension JSONWriter {
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func word(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func digits(_ value: Int64) {
        // Nineteen digits and a sign, filled from the end.
        var text = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var magnitude = value.magnitude
        repeat {
            start -= 1
            text[start] = 0x30 + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        } while magnitude > 0
        if value < 0 {
            start -= 1
            text[start] = UInt8(ascii: "-")
        }
        text.span.withUnsafeBufferPointer { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[start...])) }
    }

    /// Writes a string in quotes; quotes, backslashes and the control characters that JSON wants escaped (not DEL) leave as escapes.
    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { source in
            bytes.append(UInt8(ascii: "\""))
            var start = 0
            var index = 0
            while true {
                index = source.plainEnd(from: index)
                guard index < source.count else { break }
                let byte = source[index]
                if byte < 0x20 || byte == 0x22 || byte == 0x5C {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
                    escape(byte)
                    start = index + 1
                }
                index += 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            let digits: StaticString = "0123456789abcdef"
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 15)])
        }
    }
}
