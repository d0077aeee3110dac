import JSON
import JSONRPC
import Logging
import Testing

/// Every example of section 7 of the JSON-RPC 2.0 specification.
///
/// Where the specification passes params by position the answer is -32602, because this protocol takes them by name only.
@Suite struct RPCSpecificationTests {
    private let dispatcher = RPCDispatcher(methods: testMethods(), title: "test", logger: Logger(label: "test"))

    private func answer(_ line: String) async -> String? {
        await dispatcher.respond(to: ArraySlice(line.utf8), from: .gateway).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The answer without `error.data`, which the examples do not have.
    private func bare(_ line: String) async throws -> JSONValue? {
        func strip(_ value: JSONValue) -> JSONValue {
            guard case .object(var object) = value, case .object(var error)? = object["error"] else { return value }
            error["data"] = nil
            object["error"] = .object(error)
            return .object(object)
        }
        guard let text = await answer(line) else { return nil }
        let value = try JSONValue.parse(text)
        return value.arrayValue.map { .array($0.map(strip)) } ?? strip(value)
    }

    @Test(
        "calls with named parameters",
        arguments: [
            (
                #"{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}"#,
                #"{"jsonrpc":"2.0","result":19,"id":3}"#
            ),
            (
                #"{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}"#,
                #"{"jsonrpc":"2.0","result":19,"id":4}"#
            ),
        ]
    )
    func named(line: String, expected: String) async {
        #expect(await answer(line) == expected)
    }

    @Test(
        "calls with positional parameters are refused as invalid params",
        arguments: [
            (#"{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}"#, 1),
            (#"{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}"#, 2),
        ]
    )
    func positional(line: String, id: Int) async throws {
        #expect(
            try await bare(line)?.text == #"{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params"},"id":\#(id)}"#
        )
    }

    @Test(
        "notifications are not answered",
        arguments: [
            #"{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}"#, #"{"jsonrpc": "2.0", "method": "foobar"}"#,
            #"[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]"#,
        ]
    )
    func notification(line: String) async {
        #expect(await answer(line) == nil)
    }

    @Test(
        "errors",
        arguments: [
            (
                #"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#,
                #"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"}"#
            ),
            (
                #"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#,
                #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#
            ),
            (
                #"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#,
                #"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#
            ),
            (
                #"[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]"#,
                #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#
            ),
            ("[]", #"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#),
            ("[1]", #"[{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}]"#),
            (
                "[1,2,3]",
                """
                [{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null},\
                {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null},\
                {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}]
                """
            ),
        ]
    )
    func errors(line: String, expected: String) async throws {
        #expect(try await bare(line)?.text == expected)
    }

    @Test("a mixed batch answers its requests only")
    func batch() async throws {
        let line = """
            [{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}, \
            {"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": "2"}, {"foo": "boo"}, \
            {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"}, \
            {"jsonrpc": "2.0", "method": "get_data", "id": "9"}]
            """
        let expected = """
            [{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"},{"jsonrpc":"2.0","result":19,"id":"2"},\
            {"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null},\
            {"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"5"},\
            {"jsonrpc":"2.0","result":["hello",5],"id":"9"}]
            """
        #expect(try await bare(line)?.text == expected)
    }
}
