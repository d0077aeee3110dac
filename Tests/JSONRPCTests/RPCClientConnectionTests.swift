import JSON
import JSONRPC
import NIOCore
import NIOPosix
import Testing

/// What a client does when connections come and go.
@Suite(.timeLimit(.minutes(1))) struct RPCClientConnectionTests {
    @Test("nobody there: unavailable, not begun, within the deadline")
    func unreachable() async throws {
        let client = RPCClient(address: .unix(path: temporarySocketPath()), logger: quiet)
        do throws(RPCCallError<NoFailure>) {
            _ = try await client.call(Update(), deadline: .milliseconds(200), idempotencyKey: nil)
            Issue.record("nobody listens")
        } catch {
            switch error {
            case .unavailable(_, begun: false), .timedOut: break
            default: throw error
            }
        }
        await client.close()
        await #expect(throws: RPCCallError<NoFailure>.self) { try await client.call(Update()) }
    }

    @Test("a lost connection: a read is repeated, a write is not")
    func lostConnection() async throws {
        let path = temporarySocketPath()
        // Takes a line and closes, twice; then serves.
        let listener = try await FlakyServer.listen(on: path, failures: 1)
        let client = RPCClient(address: .unix(path: path), logger: quiet)
        try await expect(client, GetData(), Plain(["repeated"]))
        #expect(client.counters.repeats == 1)
        await client.close()
        try await listener.close()
        let second = try await FlakyServer.listen(on: path, failures: 1)
        let other = RPCClient(address: .unix(path: path), logger: quiet)
        do throws(RPCCallError<NoFailure>) {
            _ = try await other.call(Update())
            Issue.record("a write must not be repeated")
        } catch {
            guard case .unavailable(_, begun: true) = error else { throw error }
        }
        await other.close()
        try await second.close()
    }

    @Test("calls go on through servers that drain one after another, and each is begun once")
    func draining() async throws {
        let path = temporarySocketPath()
        let kept = try #require(ListeningSocket(path: path))
        let client = RPCClient(address: .unix(path: path), logger: quiet)
        let begun = try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for number in 0..<100 as Range<Int64> { _ = try await client.call(Misbehave(how: "\(number)")) }
                }
            }
            var begun: UInt64 = 0
            for round in 1...8 {
                let server = RPCServer(
                    methods: testMethods(),
                    addresses: [.descriptor(kept.duplicate())],
                    title: "test",
                    identify: { _ in .operator },
                    logger: quiet
                )
                try await server.bind()
                async let running: Void = server.run()
                if round < 8 {
                    while server.activity.callsBegun < 20 && begun + server.activity.callsBegun < 800 { await Task.yield() }
                } else {
                    try await group.waitForAll()
                }
                server.beginDraining()
                try await running
                begun += server.activity.callsBegun
            }
            return begun
        }
        #expect(begun == 800)
        await client.close()
    }

    @Test("an idle connection is closed, and the next call opens another")
    func idle() async throws {
        try await withServer { server, address in
            let client = RPCClient(address: address, idleTimeout: .milliseconds(40), logger: quiet)
            for round in 1...2 {
                try await expect(client, GetData(), Plain(["hello", 5]))
                while server.activity.connections > 0 { await Task.yield() }
                #expect(client.counters.connections == round)
            }
            await client.close()
        }
    }
}
