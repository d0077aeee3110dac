import JSON
import JSONRPC
import Testing

/// Cancelling, deadlines and limits of calls on a real socket.
@Suite(.timeLimit(.minutes(1))) struct RPCServerCallTests {
    private static let getData = #"{"jsonrpc":"2.0","method":"get_data","id":1}"#
    private static let data = #"{"jsonrpc":"2.0","result":["hello",5],"id":1}"#

    private func code(_ line: String?) -> Int64? { line.flatMap { try? JSONValue.parse($0) }?["error"]?["code"]?.int64Value }
    private func id(_ line: String?) -> String? { line.flatMap { try? JSONValue.parse($0) }?["id"]?.text }

    @Test("a lost connection cancels reads; a write that has begun is finished")
    func lostConnection() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingRead","id":1}"# + "\n")
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingWrite","id":2}"# + "\n")
            await handlers.readGate.arrived()
            await handlers.writeGate.arrived()
            try await peer.close()
            try await handlers.cancelledReads.wait()
            handlers.writeGate.open()
            try await handlers.finishedWrites.wait()
        }
    }

    @Test("rpc.cancel answers a read as cancelled and lets a write finish")
    func cancel() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingRead","id":"1"}"# + "\n")
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingWrite","id":1}"# + "\n")
            await handlers.readGate.arrived()
            await handlers.writeGate.arrived()
            try await peer.send(#"{"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":1},"id":8}"# + "\n")
            #expect(await peer.line() == #"{"jsonrpc":"2.0","result":{"found":true},"id":8}"#)
            try await peer.send(#"{"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":"1"}}"# + "\n")
            let cancelled = await peer.line()
            #expect(code(cancelled) == -32007 && id(cancelled) == #""1""#)
            try await handlers.cancelledReads.wait()
            handlers.writeGate.open()
            #expect(await peer.line() == #"{"jsonrpc":"2.0","result":"written","id":1}"#)
            try await peer.send(#"{"jsonrpc":"2.0","method":"rpc.cancel","params":{},"id":9}"# + "\n")
            #expect(code(await peer.line()) == -32602)
            try await peer.close()
        }
    }

    @Test("a call past its deadline is answered so, and a read is cancelled")
    func deadline() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingRead","params":{"_meta":{"deadlineMs":1}},"id":1}"# + "\n")
            #expect(code(await peer.line()) == -32005)
            try await handlers.cancelledReads.wait()
            try await peer.close()
        }
    }

    @Test("calls beyond the number in flight are refused at once and not begun")
    func tooManyCalls() async throws {
        let handlers = Handlers()
        var limits = RPCLimits()
        limits.maximumCallsInFlight = 2
        try await withServer(handlers, limits: limits) { server, address in
            let peer = try await WirePeer.connect(to: address)
            for id in 1...3 { try await peer.send("{\"jsonrpc\":\"2.0\",\"method\":\"test.waitingRead\",\"id\":\(id)}\n") }
            let refusal = await peer.line()
            #expect(code(refusal) == -32002 && id(refusal) == "3")
            #expect(server.activity.callsBegun == 2 && server.activity.callsInFlight == 2)
            try await peer.close()
        }
    }

    @Test("calls that come together are each begun once; those that wait hold up no other and can be cancelled")
    func burst() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { server, address in
            let peer = try await WirePeer.connect(to: address)
            var lines = ""
            for id in 0..<100 {
                let method = id % 10 == 3 ? "test.waitingRead" : id % 10 == 7 ? "test.waitingWrite" : "get_data"
                lines += "{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\",\"id\":\(id)}\n"
            }
            try await peer.send(lines + #"{"jsonrpc":"2.0","method":"rpc.cancel","params":{"id":93}}"# + "\n")
            var answered: Set<String> = []
            for _ in 0..<81 { answered.insert(id(await peer.line()) ?? "") }
            #expect(answered == Set((0..<100).filter { $0 % 10 != 3 && $0 % 10 != 7 || $0 == 93 }.map { "\($0)" }))
            try await handlers.cancelledReads.wait()
            #expect(server.activity.callsBegun == 100)
            handlers.openAll()
            for _ in 0..<19 { answered.insert(id(await peer.line()) ?? "") }
            #expect(answered.count == 100)
            #expect(server.activity.callsInFlight == 0)
            try await peer.close()
        }
    }

    @Test("a slow reader is not read from until it takes its answers")
    func backPressure() async throws {
        try await withServer { server, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.pauseReading()
            let text = String(repeating: "x", count: 100_000)
            let count = 200
            for id in 1...count {
                peer.post("{\"jsonrpc\":\"2.0\",\"method\":\"test.echo\",\"params\":{\"text\":\"\(text)\"},\"id\":\(id)}\n")
            }
            // 20 MB wait on the way; the server holds a few at most.
            try await peer.resumeReading()
            var seen: Set<String> = []
            for _ in 1...count { seen.insert(id(await peer.line()) ?? "") }
            #expect(seen == Set((1...count).map(String.init)))
            try await peer.close()
        }
    }
}
