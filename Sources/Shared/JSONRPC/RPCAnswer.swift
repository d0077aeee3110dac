import JSON

/// Writes answers: each is one JSON object without its newline (JSON-RPC 2.0 section 5).
package enum RPCAnswer {
    static func result(id: ArraySlice<UInt8>, _ write: (inout JSONWriter) throws -> Void) rethrows -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1536)
        writer.beginObject()
        writer.key("jsonrpc" as StaticString)
        writer.string("2.0")
        writer.key("result" as StaticString)
        try write(&writer)
        writer.key("id" as StaticString)
        writer.raw(id)
        writer.endObject()
        return writer.bytes
    }

    static func error(
        id: ArraySlice<UInt8>,
        code: Int,
        message: String,
        data: (inout JSONWriter) throws -> Void
    ) rethrows -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("jsonrpc" as StaticString)
        writer.string("2.0")
        writer.key("error" as StaticString)
        writer.beginObject()
        writer.key("code" as StaticString)
        writer.integer(Int64(code))
        writer.key("message" as StaticString)
        writer.string(message)
        writer.key("data" as StaticString)
        try data(&writer)
        writer.endObject()
        writer.key("id" as StaticString)
        writer.raw(id)
        writer.endObject()
        return writer.bytes
    }

    /// An error of the protocol: `data` is its kind, and what may be told about the reason.
    package static func error(_ code: RPCErrorCode, id: ArraySlice<UInt8>, _ details: KeyValuePairs<StaticString, String> = [:]) -> [UInt8] {
        error(id: id, code: code.rawValue, message: code.message) { writer in
            writer.beginObject()
            writer.key("kind" as StaticString)
            writer.string(code.kind)
            for (key, value) in details {
                writer.key(key)
                writer.string(value)
            }
            writer.endObject()
        }
    }

    /// A failure of the method's contract, in the form that ``RPCFailure`` describes.
    static func failure(_ failure: some RPCFailure, id: ArraySlice<UInt8>) throws -> [UInt8] {
        try error(id: id, code: failure.code, message: failure.message) { writer in
            writer.beginObject()
            writer.key("kind" as StaticString)
            writer.string(failure.kind)
            writer.key("failure" as StaticString)
            try failure.write(to: &writer)
            writer.endObject()
        }
    }

    /// The answers of a batch in one array; nil when there are none, because then nothing at all is sent.
    static func batch(_ answers: [[UInt8]]) -> [UInt8]? {
        guard !answers.isEmpty else { return nil }
        return [UInt8(ascii: "[")] + answers.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    /// The notification that a server sends when it stops.
    static let draining = Array(#"{"jsonrpc":"2.0","method":"rpc.draining"}"#.utf8)
}
