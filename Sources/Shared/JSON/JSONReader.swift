/// Reads JSON by pulling, without building a tree.
///
/// What hot codecs read with. An object is read by
/// `try reader.object { key, reader in switch key { case "id": id = try reader.integer(); default: try reader.skip() } }`:
/// the closure must take exactly one value. Every function takes white space before the value and throws ``JSONParseError``.
package struct JSONReader {
    private let bytes: ArraySlice<UInt8>
    /// Offset from the slice's beginning.
    package private(set) var position = 0
    private var remainingDepth: Int

    package init(_ bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits()) {
        self.bytes = bytes
        remainingDepth = limits.depth
    }

    /// Takes an object; refuses a key that stands twice.
    package mutating func object(_ member: (_ key: String, _ reader: inout JSONReader) throws -> Void) throws {
        try open(UInt8(ascii: "{"))
        defer { remainingDepth += 1 }
        if takeClose(UInt8(ascii: "}")) { return }
        var keys = JSONKeySet()
        repeat {
            let key = try scan { scanner throws(JSONParseError) in
                let start = scanner.position
                let (content, hasEscapes) = try scanner.rawString()
                let key = hasEscapes ? scanner.unescaped(content) : scanner.text(content)
                scanner.skipSpace()
                try scanner.expect(UInt8(ascii: ":"))
                guard keys.insert(key, at: hasEscapes ? nil : content, of: scanner.bytes) else {
                    throw JSONParseError(reason: .duplicateKey, offset: start)
                }
                return key
            }
            try member(key, &self)
        } while try takeComma(or: UInt8(ascii: "}"))
    }

    package mutating func array(_ element: (_ reader: inout JSONReader) throws -> Void) throws {
        try open(UInt8(ascii: "["))
        defer { remainingDepth += 1 }
        if takeClose(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while try takeComma(or: UInt8(ascii: "]"))
    }

    package mutating func string() throws -> String {
        try scan { scanner throws(JSONParseError) in
            try scanner.expectKind(of: UInt8(ascii: "\""))
            return try scanner.string()
        }
    }

    /// Takes a number that is written without fraction and exponent and fits 64 bits.
    package mutating func integer() throws -> Int64 {
        try scan { scanner throws(JSONParseError) in
            let start = scanner.position
            try scanner.expectNumber()
            guard let value = scanner.integer(try scanner.number()) else { throw JSONParseError(reason: .wrongType, offset: start) }
            return value
        }
    }

    package mutating func double() throws -> Double {
        try scan { scanner throws(JSONParseError) in
            let start = scanner.position
            try scanner.expectNumber()
            guard let value = Double(scanner.text(try scanner.number())), value.isFinite else {
                throw JSONParseError(reason: .wrongType, offset: start)
            }
            return value
        }
    }

    package mutating func bool() throws -> Bool {
        try scan { scanner throws(JSONParseError) in
            if scanner.current == UInt8(ascii: "t") {
                try scanner.word("true")
                return true
            }
            try scanner.expectKind(of: UInt8(ascii: "f"))
            try scanner.word("false")
            return false
        }
    }

    /// Consumes `null` when it is next and says whether it did.
    package mutating func takeNull() throws -> Bool {
        try scan { scanner throws(JSONParseError) in
            guard scanner.current == UInt8(ascii: "n") else { return false }
            try scanner.word("null")
            return true
        }
    }

    package mutating func value() throws -> JSONValue {
        let depth = remainingDepth
        return try scan { scanner throws(JSONParseError) in try scanner.value(depth: depth) }
    }

    /// The bytes of the next value, unparsed but checked by the grammar (not for duplicate keys, which whoever reads it refuses).
    package mutating func raw() throws -> ArraySlice<UInt8> {
        let depth = remainingDepth
        let range = try scan { scanner throws(JSONParseError) in
            let start = scanner.position
            try scanner.skipValue(depth: depth)
            return start..<scanner.position
        }
        return slice(range)
    }

    package mutating func skip() throws { _ = try raw() }

    /// Takes an object by its grammar and finds one member without building anything.
    ///
    /// The member's name is plain ASCII; a key that writes it with escapes is not found, and one that stands twice is refused.
    package mutating func rawObject(
        finding member: StaticString
    ) throws -> (object: ArraySlice<UInt8>, member: ArraySlice<UInt8>?) {
        let depth = remainingDepth
        let (object, found) = try scan { scanner throws(JSONParseError) in
            try scanner.expectKind(of: UInt8(ascii: "{"))
            let start = scanner.position
            let found = try scanner.skipObject(finding: member, depth: depth)
            return (start..<scanner.position, found)
        }
        return (slice(object), found.map(slice))
    }

    private func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[(bytes.startIndex + range.lowerBound)..<(bytes.startIndex + range.upperBound)]
    }

    /// Throws unless only white space is left.
    package mutating func end() throws {
        try scan { scanner throws(JSONParseError) in
            guard scanner.current == nil else { throw scanner.error(.trailingData) }
        }
    }

    /// The first byte of the next value, not taken; nil at the end.
    package mutating func peek() -> UInt8? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer, at: position)
            scanner.skipSpace()
            return scanner.current
        }
    }
}

extension JSONReader {
    /// Lets `body` take something after white space and keeps where it ended.
    @inline(__always)
    private mutating func scan<Value>(_ body: (inout JSONScanner) throws(JSONParseError) -> Value) throws(JSONParseError) -> Value {
        var end = position
        defer { position = end }
        return try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
            var scanner = JSONScanner(buffer, at: end)
            scanner.skipSpace()
            defer { end = scanner.position }
            return try body(&scanner)
        }
    }

    private mutating func open(_ bracket: UInt8) throws(JSONParseError) {
        let depth = remainingDepth
        try scan { scanner throws(JSONParseError) in
            try scanner.expectKind(of: bracket)
            guard depth > 0 else { throw scanner.error(.tooDeep) }
            scanner.position += 1
            scanner.skipSpace()
        }
        remainingDepth -= 1
    }

    private mutating func takeClose(_ bracket: UInt8) -> Bool {
        (try? scan { scanner throws(JSONParseError) in scanner.take(bracket) }) ?? false
    }

    /// Whether another element follows (comma) or the container ends (bracket).
    private mutating func takeComma(or bracket: UInt8) throws(JSONParseError) -> Bool {
        try scan { scanner throws(JSONParseError) in
            if scanner.take(bracket) { return false }
            try scanner.expect(UInt8(ascii: ","))
            scanner.skipSpace()
            return true
        }
    }
}
