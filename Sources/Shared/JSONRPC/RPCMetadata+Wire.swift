import JSON

extension RPCMetadata {
    /// Reads `params._meta`; unknown members are ignored.
    init(reading json: ArraySlice<UInt8>) throws {
        self.init()
        var metadata = RPCMetadata()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            switch key {
            case "deadlineMs":
                if try !reader.takeNull() { metadata.deadlineMilliseconds = Int(try reader.integer()) }
            case "traceparent":
                if try !reader.takeNull() { metadata.traceparent = try reader.string() }
            case "idempotencyKey":
                if try !reader.takeNull() { metadata.idempotencyKey = try reader.string() }
            default: try reader.skip()
            }
        }
        self = metadata
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if let deadlineMilliseconds {
            writer.key("deadlineMs" as StaticString)
            writer.integer(Int64(deadlineMilliseconds))
        }
        if let traceparent {
            writer.key("traceparent" as StaticString)
            writer.string(traceparent)
        }
        if let idempotencyKey {
            writer.key("idempotencyKey" as StaticString)
            writer.string(idempotencyKey)
        }
        writer.endObject()
    }

    var isEmpty: Bool { deadlineMilliseconds == nil && traceparent == nil && idempotencyKey == nil }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 0 and at most a year.
    var wholeMilliseconds: Int {
        let year: Int64 = 366 * 24 * 3600
        let parts = components
        guard parts.seconds < year else { return Int(year) * 1000 }
        return max(0, Int(parts.seconds) * 1000 + Int((parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
