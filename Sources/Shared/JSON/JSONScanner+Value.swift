extension JSONScanner {
    /// Takes one value and makes the tree of it.
    ///
    /// Recursion ends at `depth` levels.
    mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        guard let byte = current else { throw error(.syntax) }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: return .number(JSONNumber(text: text(try number())))
        }
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONObject {
        guard depth > 0 else { throw error(.tooDeep) }
        try expect(UInt8(ascii: "{"))
        skipSpace()
        var object = JSONObject()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            let start = position
            let key = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            let member = try value(depth: depth - 1)
            guard object.insertNew(key, member) else { throw JSONParseError(reason: .duplicateKey, offset: start) }
            skipSpace()
            if take(UInt8(ascii: "}")) { return object }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> [JSONValue] {
        guard depth > 0 else { throw error(.tooDeep) }
        try expect(UInt8(ascii: "["))
        skipSpace()
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth - 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    /// Takes one value by its grammar alone: builds nothing and does not look for duplicate keys.
    mutating func skipValue(depth: Int) throws(JSONParseError) {
        guard let byte = current else { throw error(.syntax) }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer(isObject: byte == UInt8(ascii: "{"), depth: depth)
        case UInt8(ascii: "\""): _ = try rawString()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: _ = try number()
        }
    }

    private mutating func skipContainer(isObject: Bool, depth: Int) throws(JSONParseError) {
        guard depth > 0 else { throw error(.tooDeep) }
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        position += 1
        skipSpace()
        if take(close) { return }
        while true {
            if isObject {
                _ = try rawString()
                skipSpace()
                try expect(UInt8(ascii: ":"))
                skipSpace()
            }
            try skipValue(depth: depth - 1)
            skipSpace()
            if take(close) { return }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }

    /// Takes an object by its grammar and returns where the value of one member stands.
    mutating func skipObject(finding member: StaticString, depth: Int) throws(JSONParseError) -> Range<Int>? {
        guard depth > 0 else { throw error(.tooDeep) }
        position += 1
        skipSpace()
        var found: Range<Int>?
        if take(UInt8(ascii: "}")) { return nil }
        while true {
            let start = position
            let key = try rawString().content
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            let value = position
            try skipValue(depth: depth - 1)
            if self.is(key, member) {
                guard found == nil else { throw JSONParseError(reason: .duplicateKey, offset: start) }
                found = value..<position
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return found }
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
    }
}
