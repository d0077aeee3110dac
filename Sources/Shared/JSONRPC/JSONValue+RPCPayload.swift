import JSON

/// A payload of any shape, which keeps the order of members and the text of numbers.
extension JSONValue: RPCPayload {
    package func write(to writer: inout JSONWriter) throws { writer.value(self) }
    package static func read(_ json: ArraySlice<UInt8>) throws -> JSONValue { try parse(json) }
}
