import JSON
import Testing

@Suite struct JSONEnvelopeTests {
    private static let names: JSONEnvelope.Names = ["jsonrpc", "id", "method", "params", ""]

    private func envelope(_ json: String, depth: Int = 64) -> JSONEnvelope? {
        let bytes = Array("xx\(json)".utf8)
        return JSONEnvelope(bytes[2...], names: Self.names, finding: "_meta", in: 3, limits: JSONLimits(maximumDepth: depth))
    }

    private func text(_ bytes: ArraySlice<UInt8>?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test("the members are found where they stand, whatever their order and the space between them")
    func members() throws {
        let found = try #require(envelope(#" { "params" :{"a":[1,{"_meta":2}], "_meta" : {"b":"}"} }, "id":"x\"y" ,"jsonrpc":"2.0"} "#))
        #expect(text(found[0]) == #""2.0""#)
        #expect(found.has(0, written: #""2.0""#) && !found.has(0, written: #""2.1""#) && !found.has(2, written: "x"))
        #expect(text(found[1]) == #""x\"y""#)
        #expect(found[2] == nil && found[4] == nil)
        #expect(text(found[3]) == #"{"a":[1,{"_meta":2}], "_meta" : {"b":"}"} }"#)
        #expect(text(found.inner) == #"{"b":"}"}"#)
    }

    @Test(
        "what is not exactly such an object is left to the reader that tells why",
        arguments: [
            "", "{}", "[]", "1", #"{"id":1"#, #"{"id":1}x"#, #"{"id":1,}"#, #"{"id":1,"id":2}"#, #"{"other":1}"#, #"{"\u0069d":1}"#, #"{"":1}"#,
            #"{"id":01}"#, #"{"id":"\ud800"}"#, #"{"params":{"_meta":1,"_meta":2}}"#, #"{"params":[[[1]]]}"#, #"{"id" 1}"#,
        ]
    )
    func others(json: String) { #expect(envelope(json, depth: 3) == nil) }
}
