extension JSONValue {
    /// Parses one JSON text (RFC 8259).
    ///
    /// Strict: no comments, no trailing commas, no lone surrogates, no duplicate keys.
    ///
    /// Keys that Swift holds equal (canonically equivalent Unicode) count as duplicates, because ``JSONObject`` could not tell them apart.
    /// Takes time linear in the number of bytes.
    package static func parse(_ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONParseError) -> JSONValue {
        let result = bytes.withContiguousStorageIfAvailable { parse(buffer: $0, limits: limits) }
        return try (result ?? Array(bytes).withUnsafeBufferPointer { parse(buffer: $0, limits: limits) }).get()
    }

    package static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONParseError) -> JSONValue {
        try parse(text.utf8, limits: limits)
    }

    private static func parse(buffer: UnsafeBufferPointer<UInt8>, limits: JSONLimits) -> Result<JSONValue, JSONParseError> {
        Result { () throws(JSONParseError) -> JSONValue in
            var scanner = JSONScanner(buffer)
            scanner.skipSpace()
            guard scanner.current != nil else { throw scanner.error(.empty) }
            let value = try scanner.value(depth: limits.depth)
            scanner.skipSpace()
            guard scanner.current == nil else { throw scanner.error(.trailingData) }
            return value
        }
    }

    /// Compact text without raw newlines.
    package var text: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
