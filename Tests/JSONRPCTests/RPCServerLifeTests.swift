import Foundation
import Glibc
import JSON
import JSONRPC
import Synchronization
import Testing

/// Listening, who may connect, and stopping.
@Suite(.timeLimit(.minutes(1))) struct RPCServerLifeTests {
    private func code(_ line: String?) -> Int64? { line.flatMap { try? JSONValue.parse($0) }?["error"]?["code"]?.int64Value }

    @Test("the peer is who the kernel says it is")
    func credentials() async throws {
        let seen = Mutex<RPCPeerCredentials?>(nil)
        try await withServer(identify: { credentials in
            seen.withLock { $0 = credentials }
            return .tracking
        }) { _, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"subtract","params":{"minuend":1,"subtrahend":1},"id":1}"# + "\n")
            #expect(code(await peer.line()) == -32008)
            try await peer.close()
        }
        let credentials = seen.withLock { $0 }
        #expect(credentials == RPCPeerCredentials(processID: getpid(), userID: getuid(), groupID: getgid()))
    }

    @Test("a peer that nobody knows is told so and sent away")
    func unknownPeer() async throws {
        try await withServer(identify: { _ in nil }) { server, address in
            let peer = try await WirePeer.connect(to: address)
            peer.post(#"{"jsonrpc":"2.0","method":"update","id":1}"# + "\n")
            #expect(code(await peer.line()) == -32008)
            #expect(await peer.line() == nil)
            #expect(server.activity.callsBegun == 0)
        }
    }

    @Test("TCP is served on loopback, without credentials, and nowhere else")
    func tcp() async throws {
        try await withServer(address: .tcp(host: "127.0.0.1", port: 0), identify: { $0 == nil ? .gateway : nil }) { _, address in
            let client = RPCClient(address: address, logger: quiet)
            try await expect(client, Subtract(minuend: 3, subtrahend: 1), 2)
            await client.close()
        }
        await #expect(throws: RPCServerError.notLoopback(host: "0.0.0.0")) {
            try await withServer(address: .tcp(host: "0.0.0.0", port: 0)) { _, _ in }
        }
    }

    @Test("connections beyond the limit are refused")
    func tooManyConnections() async throws {
        var limits = RPCLimits()
        limits.maximumConnections = 1
        try await withServer(limits: limits) { server, address in
            let first = try await WirePeer.connect(to: address)
            try await first.send(#"{"jsonrpc":"2.0","method":"get_data","id":1}"# + "\n")
            _ = await first.line()
            let second = try await WirePeer.connect(to: address)
            #expect(code(await second.line()) == -32003)
            #expect(await second.line() == nil)
            #expect(server.activity.connections == 1)
            try await first.close()
        }
    }

    @Test("a dead socket file is replaced; a living one and a plain file are left alone")
    func staleSocket() async throws {
        let path = temporarySocketPath()
        try await withServer(address: .unix(path: path)) { _, _ in
            await #expect(throws: RPCServerError.addressInUse(path: path)) {
                try await withServer(address: .unix(path: path)) { _, _ in }
            }
            let client = RPCClient(address: .unix(path: path), logger: quiet)
            try await expect(client, Subtract(minuend: 3, subtrahend: 1), 2)
            await client.close()
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        _ = ListeningSocket(path: path, keepsFile: true)
        #expect(FileManager.default.fileExists(atPath: path))
        try await withServer(address: .unix(path: path)) { _, _ in }
        try Data().write(to: URL(fileURLWithPath: path))
        await #expect(throws: RPCServerError.notASocket(path: path)) {
            try await withServer(address: .unix(path: path)) { _, _ in }
        }
        try FileManager.default.removeItem(atPath: path)
    }

    @Test("a path that is too long or has no directory is a clear error")
    func badPath() async throws {
        for (path, code) in [("/tmp/" + String(repeating: "x", count: 200), ENAMETOOLONG), ("/tmp/missing-\(UUID())/x.sock", ENOENT)] {
            await #expect(throws: RPCServerError.cannotListen(path: path, errno: code)) {
                try await withServer(address: .unix(path: path)) { _, _ in }
            }
        }
    }

    @Test("an inherited descriptor is served, and its backlog outlives the server")
    func descriptor() async throws {
        let path = temporarySocketPath()
        let kept = try #require(ListeningSocket(path: path))
        let client = RPCClient(address: .unix(path: path), idleTimeout: .seconds(60), logger: quiet)
        for round in 1...3 as ClosedRange<Int64> {
            // The call is on its way before anybody accepts it.
            try await withThrowingTaskGroup { group in
                group.addTask { try await client.call(Subtract(minuend: round, subtrahend: 0)) }
                try await withServer(address: .descriptor(kept.duplicate())) { _, _ in
                    let difference = try await group.next()
                    #expect(difference == Plain(.number(JSONNumber(round))))
                }
            }
        }
        await client.close()
    }

    @Test("draining: told, begun work answered, later requests refused as not begun, then closed")
    func draining() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { server, address in
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingWrite","id":1}"# + "\n")
            await handlers.writeGate.arrived()
            server.beginDraining()
            #expect(await peer.line() == #"{"jsonrpc":"2.0","method":"rpc.draining"}"#)
            try await peer.send(#"{"jsonrpc":"2.0","method":"update","id":2}"# + "\n" + #"{"jsonrpc":"2.0","method":"update"}"# + "\n")
            #expect(code(await peer.line()) == -32006)
            handlers.writeGate.open()
            #expect(await peer.line() == #"{"jsonrpc":"2.0","result":"written","id":1}"#)
            #expect(await peer.line() == nil)
            #expect(server.activity.callsBegun == 1)
        }
    }

    @Test("cancelling run() drains too")
    func cancelled() async throws {
        let server = RPCServer(
            methods: testMethods(),
            addresses: [.unix(path: temporarySocketPath())],
            title: "test",
            identify: { _ in .operator },
            logger: quiet
        )
        try await server.bind()
        try await withThrowingTaskGroup { group in
            group.addTask { try await server.run() }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(server.activity.connections == 0)
    }

    @Test("activity counts connections and calls and moves with them")
    func activity() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { server, address in
            let before = server.activity
            #expect(before.connections == 0 && before.callsInFlight == 0)
            let peer = try await WirePeer.connect(to: address)
            try await peer.send(#"{"jsonrpc":"2.0","method":"test.waitingRead","id":1}"# + "\n")
            await handlers.readGate.arrived()
            let during = server.activity
            #expect(during.connections == 1 && during.callsInFlight == 1 && during.lastActivity > before.lastActivity)
            handlers.readGate.open()
            _ = await peer.line()
            #expect(server.activity.callsInFlight == 0)
            try await peer.close()
        }
    }
}
