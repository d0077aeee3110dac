import JSON
import JSONRPC
import Testing

/// What travels over a real socket, byte by byte.
@Suite(.timeLimit(.minutes(1))) struct RPCServerWireTests {
    private static let getData = #"{"jsonrpc":"2.0","method":"get_data","id":1}"#
    private static let data = #"{"jsonrpc":"2.0","result":["hello",5],"id":1}"#

    private func code(_ line: String?) -> Int64? { line.flatMap { try? JSONValue.parse($0) }?["error"]?["code"]?.int64Value }
    private func id(_ line: String?) -> String? { line.flatMap { try? JSONValue.parse($0) }?["id"]?.text }

    @Test("a message that comes a byte at a time is one message")
    func byteByByte() async throws {
        try await withServer { _, address in
            let peer = try await WirePeer.connect(to: address)
            for byte in Array((Self.getData + "\n").utf8) { try await peer.send([byte]) }
            #expect(await peer.line() == Self.data)
            try await peer.close()
        }
    }

    @Test("two messages and a half in one chunk are two answers, and the third when it is whole")
    func chunks() async throws {
        try await withServer { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(Self.getData + "\n" + Self.getData + "\n" + #"{"jsonrpc":"2.0","me"#)
            #expect(await peer.line() == Self.data)
            #expect(await peer.line() == Self.data)
            try await peer.send(#"thod":"nope","id":"x"}"# + "\n")
            #expect(code(await peer.line()) == -32601)
            try await peer.close()
        }
    }

    @Test("after a bad line the next one is taken again", arguments: ["{", "", "\u{FEFF}{}", "1", "[]", #"{"jsonrpc":"2.0""#])
    func resynchronise(bad: String) async throws {
        try await withServer { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(bad + "\n")
            let refusal = await peer.line()
            #expect(code(refusal) == -32700 || code(refusal) == -32600)
            try await peer.send([0x22, 0xC3, 0x28, 0x22, 0x0A])
            #expect(code(await peer.line()) == -32700)
            try await peer.send(Self.getData + "\r\n")
            #expect(await peer.line() == Self.data)
            try await peer.close()
        }
    }

    @Test("a line beyond the limit is answered, then the connection is closed")
    func oversized() async throws {
        var limits = RPCLimits()
        limits.maximumLineBytes = 1_000
        try await withServer(limits: limits) { _, address in
            let exact = try await WirePeer.connect(to: address)
            try await exact.send(Self.getData + String(repeating: " ", count: 1_000 - Self.getData.utf8.count) + "\n")
            #expect(await exact.line() == Self.data)
            try await exact.close()
            let peer = try await WirePeer.connect(to: address)
            peer.post(Self.getData + "\n" + String(repeating: "x", count: 100_000) + "\n" + Self.getData + "\n")
            var lines: [String] = []
            while let line = await peer.line() { lines.append(line) }
            #expect(lines.count == 2)
            #expect(lines.contains(Self.data))
            #expect(lines.contains { code($0) == -32000 && id($0) == "null" })
        }
    }

    @Test("replies come in the order of their ends, not of their calls")
    func multiplexed() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingRead","id":"slow"}"# + "\n" + Self.getData + "\n")
            #expect(await peer.line() == Self.data)
            handlers.readGate.open()
            #expect(id(await peer.line()) == #""slow""#)
            try await peer.close()
        }
    }

    @Test("a batch is one line with the answers of its requests, or nothing at all")
    func batch() async throws {
        try await withServer { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"[{"jsonrpc":"2.0","method":"update"},{"jsonrpc":"2.0","method":"nope"}]"# + "\n")
            try await peer.send("[\(Self.getData),{\"jsonrpc\":\"2.0\",\"method\":\"update\"},1,\(Self.getData)]\n")
            let answers = try JSONValue.parse(try #require(await peer.line())).arrayValue
            #expect(answers?.map(\.text).filter { $0 == Self.data }.count == 2)
            #expect(answers?.count == 3)
            try await peer.close()
        }
    }

    @Test("half-close: what was asked is answered, then the connection ends")
    func halfClose() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingWrite","id":1}"# + "\n")
            await handlers.writeGate.arrived()
            try await peer.closeOutput()
            handlers.writeGate.open()
            #expect(await peer.line() == #"{"jsonrpc":"2.0","result":"written","id":1}"#)
            #expect(await peer.line() == nil)
        }
    }

    @Test("a message cut off by the end of the stream is not run")
    func cutOff() async throws {
        try await withServer { server, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(Self.getData)
            try await peer.closeOutput()
            #expect(code(await peer.line()) == -32700)
            #expect(await peer.line() == nil)
            #expect(server.activity.callsBegun == 0)
        }
    }

}
