import JSON

/// Writes requests as they leave a client: one object and a newline.
enum RPCRequestLine {
    struct NotAnObject: Error {}

    static func call<Method: RPCMethod>(_ method: Method, id: UInt64, metadata: RPCMetadata, to writer: inout JSONWriter) throws {
        try line(method: Method.name, id: id, to: &writer) { writer in
            try method.write(to: &writer)
            guard !metadata.isEmpty else { return }
            guard writer.reopenObject() else { throw NotAnObject() }
            writer.key("_meta" as StaticString)
            metadata.write(to: &writer)
            writer.endObject()
        }
    }

    static func call(method: String, id: UInt64, params: ArraySlice<UInt8>?, to writer: inout JSONWriter) throws {
        try line(method: method, id: id, to: &writer) { writer in
            if let params { writer.raw(params) } else { writer.raw("{}".utf8) }
        }
    }

    static func cancel(id: UInt64) -> [UInt8] {
        Array("{\"jsonrpc\":\"2.0\",\"method\":\"rpc.cancel\",\"params\":{\"id\":\(id)}}\n".utf8)
    }

    private static func line(
        method: String,
        id: UInt64,
        to writer: inout JSONWriter,
        params: (inout JSONWriter) throws -> Void
    ) throws {
        writer.beginObject()
        writer.key("jsonrpc" as StaticString)
        writer.string("2.0")
        writer.key("id" as StaticString)
        writer.integer(Int64(bitPattern: id))
        writer.key("method" as StaticString)
        writer.string(method)
        writer.key("params" as StaticString)
        try params(&writer)
        writer.endObject()
        writer.newline()
    }
}
