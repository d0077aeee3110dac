import JSON
import JSONRPC
import Logging
import Testing

/// What the envelope of a message may be, and how its id comes back.
@Suite struct RPCEnvelopeTests {
    private func dispatcher(_ change: (inout RPCLimits) -> Void = { _ in }) -> RPCDispatcher {
        var limits = RPCLimits()
        change(&limits)
        return RPCDispatcher(
            methods: testMethods(),
            limits: limits,
            title: "Test service",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func answer(
        _ line: String,
        from peer: RPCPeer = .gateway,
        limits: (inout RPCLimits) -> Void = { _ in }
    ) async throws -> JSONValue? {
        let bytes = await dispatcher(limits).respond(to: ArraySlice(line.utf8), from: peer)
        return try bytes.map { try JSONValue.parse($0) }
    }

    private func code(_ answer: JSONValue?) -> Int64? { answer?["error"]?["code"]?.int64Value }

    @Test(
        "what is not JSON is a parse error without an id",
        arguments: [
            "", " ", "{", "nul", "{} {}", #"{"jsonrpc":"2.0","method":"subtract","id":1}}"#, #"{"jsonrpc":"2.0","id":1,"method":"\ud800"}"#,
            "[{},]", #"{"id":1,"id":2"#, #"[{"jsonrpc":"2.0","method":"get_data","id":1}"#,
        ]
    )
    func parseError(line: String) async throws {
        let answer = try await answer(line)
        #expect(code(answer) == -32700)
        #expect(answer?["id"] == .null && answer?["error"]?["data"]?["kind"] == "parseError")
    }

    @Test("invalid UTF-8 is a parse error")
    func invalidUTF8() async throws {
        let line = Array(#"{"jsonrpc":"2.0","method":""#.utf8) + [0xFF] + Array(#"","id":1}"#.utf8)
        let bytes = try #require(await dispatcher().respond(to: line[...], from: .gateway))
        #expect(code(try JSONValue.parse(bytes)) == -32700)
    }

    @Test(
        "JSON that is no request is an invalid request, with its id when that could be read",
        arguments: [
            ("1", "null"), (#""x""#, "null"), ("{}", "null"), (#"{"jsonrpc":"2.0"}"#, "null"), ("true", "null"), ("null", "null"),
            (#"{"jsonrpc":"2.0","method":1,"id":"a"}"#, #""a""#), (#"{"jsonrpc":"1.0","method":"get_data","id":7}"#, "7"),
            (#"{"jsonrpc":2.0,"method":"get_data","id":7}"#, "7"), (#"{"method":"get_data","id":7}"#, "7"),
            (#"{"jsonrpc":"2.0","method":"get_data","params":"x","id":1.0}"#, "1.0"),
            (#"{"jsonrpc":"2.0","method":"get_data","params":null,"id":8}"#, "8"), (#"{"jsonrpc":"2.0","result":1,"id":9}"#, "9"),
            (#"{"jsonrpc":"2.0","method":"get_data","id":true}"#, "null"), (#"{"jsonrpc":"2.0","method":"get_data","id":[1]}"#, "null"),
            (#"{"jsonrpc":"2.0","method":"get_data","id":{}}"#, "null"),
            (#"{"jsonrpc":"2.0","method":"get_data","id":1,"id":1}"#, "null"),
            (#"{"jsonrpc":"2.0","method":"a","method":"b","id":1}"#, "null"),
        ]
    )
    func invalidRequest(line: String, id: String) async throws {
        let answer = try await answer(line)
        #expect(code(answer) == -32600)
        #expect(answer?["id"]?.text == id)
        #expect(answer?["error"]?["data"]?["kind"] == "invalidRequest")
    }

    @Test(
        "an id comes back byte for byte",
        arguments: [
            "1", "0", "-0", "1.0", "1e2", "1E+2", "9007199254740993", "1234567890123456789012345678901234567890", "-1.50", "null", #""""#,
            #""a""#, #""\u0041\/\n""#, #""é😀""#, #"" ""#,
        ]
    )
    func ids(token: String) async {
        let line = "{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"id\": \(token) }"
        let bytes = await dispatcher().respond(to: ArraySlice(line.utf8), from: .gateway)
        #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == "{\"jsonrpc\":\"2.0\",\"result\":[\"hello\",5],\"id\":\(token)}")
    }
}
