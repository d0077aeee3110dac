import JSON

/// Puts the idempotency key into parameters that are JSON text already.
enum OutboxParams {
    /// - Parameter text: a JSON object without a member `_meta`.
    static func adding(idempotencyKey key: String, to text: String) -> String {
        var writer = JSONWriter()
        writer.string(key)
        let meta = "{\"_meta\":{\"idempotencyKey\":\(String(decoding: writer.bytes, as: UTF8.self))}"
        let members = text.dropFirst()
        return members.first == "}" ? meta + "}" : meta + "," + members
    }
}
