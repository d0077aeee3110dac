import JSON
import JSONRPC
import Logging
import Synchronization
import Testing

@Suite struct RPCDispatcherTests {
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
        "a notification is never answered, whatever is wrong with it",
        arguments: [
            #"{"jsonrpc":"2.0","method":"missing"}"#, #"{"jsonrpc":"2.0","method":"subtract","params":{}}"#,
            #"{"jsonrpc":"2.0","method":"subtract","params":[1]}"#,
            #"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"break"}}"#,
            #"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"tired"}}"#, #"{"jsonrpc":"2.0","method":"rpc.discover"}"#,
            #"{"jsonrpc":"2.0","method":"get_data"}"#, #"[{"jsonrpc":"2.0","method":"get_data"}]"#,
        ]
    )
    func notifications(line: String) async throws {
        #expect(try await answer(line) == nil)
    }

    @Test(
        "parameters that do not fit are invalid params, with a reason",
        arguments: [
            #"{}"#, #"{"minuend":"x","subtrahend":1}"#, #"{"minuend":1.5,"subtrahend":1}"#, #"{"Minuend":1,"subtrahend":1}"#, #"[]"#,
            #"{"minuend":1,"subtrahend":1,"minuend":2}"#, #"{"minuend":1,"subtrahend":1,"_meta":7}"#,
            #"{"minuend":1,"subtrahend":1,"_meta":{"deadlineMs":"x"}}"#,
        ]
    )
    func invalidParams(params: String) async throws {
        let answer = try await answer("{\"jsonrpc\":\"2.0\",\"method\":\"subtract\",\"params\":\(params),\"id\":1}")
        #expect(code(answer) == -32602)
        #expect(answer?["error"]?["data"]?["reason"]?.stringValue?.isEmpty == false)
    }

    @Test("unknown members are ignored, on top and in the parameters")
    func unknownMembers() async throws {
        let line =
            #"{"x":[{}],"jsonrpc":"2.0","method":"subtract","params":{"minuend":3,"subtrahend":1,"new":{},"_meta":{"other":1}},"id":1}"#
        #expect(try await answer(line)?["result"] == 2)
    }

    @Test("a result of null is a result")
    func nullResult() async {
        let line = #"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"null"},"id":1}"#
        let bytes = await dispatcher().respond(to: ArraySlice(line.utf8), from: .gateway)
        #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == #"{"jsonrpc":"2.0","result":null,"id":1}"#)
    }

    @Test("a declared failure travels with its kind and value")
    func failure() async throws {
        let answer = try await answer(#"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"tired"},"id":1}"#)
        #expect(answer?["error"]?.text == #"{"code":7,"message":"it is tired","data":{"kind":"tired","failure":{"tired":{}}}}"#)
    }

    @Test("an error outside the contract tells a correlation id and nothing else")
    func internalError() async throws {
        let answer = try #require(try await answer(#"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"break"},"id":1}"#))
        #expect(code(answer) == -32603)
        #expect(answer["error"]?["message"] == "Internal error")
        #expect(answer["error"]?["data"]?.objectValue?.keys == ["kind", "correlationId"])
        #expect(!answer.text.contains("hunter2") && !answer.text.contains("SecretError"))
    }

    @Test("a method is for its callers and the operator")
    func callers() async throws {
        let line = #"{"jsonrpc":"2.0","method":"subtract","params":{"minuend":3,"subtrahend":1},"id":1}"#
        for peer in RPCPeer.allCases {
            let answer = try await answer(line, from: peer)
            if [.gateway, .campaign, .operator].contains(peer) {
                #expect(answer?["result"] == 2)
            } else {
                #expect(code(answer) == -32008)
            }
        }
    }

    @Test("each limit has its own code")
    func limits() async throws {
        let call = #"{"jsonrpc":"2.0","method":"get_data","id":1}"#
        let batch = "[" + Array(repeating: call, count: 3).joined(separator: ",") + "]"
        #expect(code(try await answer(batch, limits: { $0.maximumBatch = 2 })) == -32001)
        #expect(try await answer(batch, limits: { $0.maximumBatch = 3 })?.arrayValue?.count == 3)
        let deep =
            "{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"params\":{\"a\":\(String(repeating: "[", count: 62))\(String(repeating: "]", count: 62))},\"id\":1}"
        #expect(try await answer(deep)?["result"] != nil)
        #expect(code(try await answer(deep, limits: { $0.maximumDepth = 63 })) == -32004)
        #expect(code(try await answer(String(repeating: "[", count: 1_000_000))) == -32004)
        let long = #"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"long"},"id":5}"#
        let refused = try await answer(long, limits: { $0.maximumLineBytes = 1_000 })
        #expect(code(refused) == -32009)
        #expect(refused?["id"] == 5)
    }

    @Test("a deadline that is over already is answered without beginning the call", arguments: [0, -5])
    func deadlineOver(milliseconds: Int) async throws {
        let answer = try await answer(
            "{\"jsonrpc\":\"2.0\",\"method\":\"get_data\",\"params\":{\"_meta\":{\"deadlineMs\":\(milliseconds)}},\"id\":1}"
        )
        #expect(code(answer) == -32005)
    }

    @Test("the idempotency key reaches the handler")
    func idempotencyKey() async throws {
        let answer = try await answer(
            #"{"jsonrpc":"2.0","method":"test.misbehave","params":{"how":"key","_meta":{"idempotencyKey":"k1"}},"id":1}"#
        )
        #expect(answer?["result"] == "k1")
    }

    @Test("rpc.discover describes every method")
    func discover() async throws {
        let document = try #require(try await answer(#"{"jsonrpc":"2.0","method":"rpc.discover","id":1}"#)?["result"])
        #expect(document["openrpc"] == "1.3.2" && document["info"]?["title"] == "Test service")
        let methods = try #require(document["methods"]?.arrayValue)
        #expect(methods.compactMap { $0["name"]?.stringValue } == testMethods().names)
        let subtract = try #require(methods.first { $0["name"] == "subtract" })
        #expect(subtract["x-isIdempotent"] == true && subtract["x-callers"] == ["campaign", "gateway", "operator"])
        #expect(
            subtract["params"]?.text
                == #"[{"name":"minuend","required":true,"schema":{"type":"integer"}},{"name":"subtrahend","required":true,"schema":{"type":"integer"}}]"#
        )
        let misbehave = try #require(methods.first { $0["name"] == "test.misbehave" })
        #expect(misbehave["params"]?.arrayValue?.map { $0["required"] } == [true, false])
        #expect(methods.first { $0["name"] == "update" }?["examples"]?.arrayValue?.first?["result"]?["value"] == [:])
        #expect(misbehave["errors"]?.arrayValue?.compactMap { $0["data"]?["kind"]?.stringValue } == ["tired", "missing"])
    }

    @Test("a handler's own calls carry the trace on, and a read's its deadline")
    func scope() async throws {
        let inner = Mutex<[RPCMetadata]>([])
        var target = RPCMethodTable()
        target.on(GetData.self) { _, context in
            inner.withLock { $0.append(context.metadata) }
            return 1
        }
        let caller = InProcessCaller(target)
        var methods = RPCMethodTable()
        methods.on(WaitingRead.self) { _, _ in try await caller.call(GetData()) }
        methods.on(WaitingWrite.self) { _, _ in try await caller.call(GetData()) }
        let dispatcher = RPCDispatcher(methods: methods, title: "test", logger: Logger(label: "test"))
        for name in [WaitingRead.name, WaitingWrite.name] {
            let meta = #"{"_meta":{"traceparent":"00-1-2-01","deadlineMs":5000}}"#
            let line = "{\"jsonrpc\":\"2.0\",\"method\":\"\(name)\",\"params\":\(meta),\"id\":1}"
            _ = await dispatcher.respond(to: ArraySlice(line.utf8), from: .gateway)
        }
        let seen = inner.withLock { $0 }
        #expect(seen.map(\.traceparent) == ["00-1-2-01", "00-1-2-01"])
        #expect(seen.map { ($0.deadlineMilliseconds ?? 0) <= 5_000 } == [true, false])
    }

    @Test("in the same process a call meets the same encoding and rules")
    func inProcess() async throws {
        let caller = InProcessCaller(testMethods(), as: .gateway)
        try await expect(caller, Subtract(minuend: 5, subtrahend: 7), -2)
        #expect(try await caller.call(Misbehave(how: "key"), idempotencyKey: "k2") == "k2")
        await #expect(throws: RPCCallError<Misbehave.Failure>.self) { try await caller.call(Misbehave(how: "tired")) }
        do {
            _ = try await InProcessCaller(testMethods(), as: .tracking).call(Subtract(minuend: 5, subtrahend: 7))
            Issue.record("tracking may not call subtract")
        } catch {
            guard case .refused(code: -32008, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
