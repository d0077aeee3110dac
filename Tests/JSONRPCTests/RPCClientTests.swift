import JSON
import JSONRPC
import NIOCore
import NIOPosix
import Testing

@Suite(.timeLimit(.minutes(1))) struct RPCClientTests {
    @Test("a thousand calls at once find their own answers")
    func manyCalls() async throws {
        try await withServer { server, address in
            let client = RPCClient(address: address, logger: quiet)
            try await withThrowingTaskGroup { group in
                for number in 0..<1_000 as Range<Int64> {
                    group.addTask {
                        let difference = try await client.call(Subtract(minuend: number, subtrahend: 1))
                        #expect(difference == Plain(.number(JSONNumber(number - 1))))
                    }
                }
                try await group.waitForAll()
            }
            #expect(server.activity.callsBegun == 1_000 && client.counters.connections <= 2)
            await client.close()
        }
    }

    @Test("declared failures, refusals and keys arrive typed")
    func outcomes() async throws {
        try await withServer { _, address in
            let client = RPCClient(address: address, logger: quiet)
            do throws(RPCCallError<Misbehave.Failure>) {
                _ = try await client.call(Misbehave(how: "tired"))
                Issue.record("it must fail")
            } catch {
                guard case .failed(.tired) = error else { throw error }
            }
            do throws(RPCCallError<Misbehave.Failure>) {
                _ = try await client.call(Misbehave(how: "break"))
                Issue.record("it must fail")
            } catch {
                guard case .refused(code: -32603, _) = error else { throw error }
            }
            let key = try await client.call(Misbehave(how: "key"), idempotencyKey: "k")
            #expect(key == "k")
            let raw = try await client.callRaw(method: "get_data", params: nil)
            #expect(raw.result?.elementsEqual(#"["hello",5]"#.utf8) == true)
            #expect(raw.error == nil)
            let missing = try await client.callRaw(method: "nope", params: ArraySlice("{}".utf8))
            let error = try JSONValue.parse(try #require(missing.error))
            #expect(error["code"] == -32601)
            await client.close()
        }
    }

    @Test("calls beyond the limit in flight wait for room instead of being refused")
    func heldBack() async throws {
        let handlers = Handlers()
        var limits = RPCLimits()
        limits.maximumCallsInFlight = 2
        try await withServer(handlers, limits: limits) { server, address in
            let client = RPCClient(address: address, limits: limits, maximumConnections: 1, logger: quiet)
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await expect(client, WaitingRead(), "read") } }
                await handlers.readGate.arrived(2)
                #expect(server.activity.callsInFlight == 2)
                handlers.readGate.open()
                try await group.waitForAll()
            }
            await client.close()
        }
    }

    @Test("a deadline ends the call on both sides")
    func deadline() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let client = RPCClient(address: address, logger: quiet)
            do throws(RPCCallError<NoFailure>) {
                _ = try await client.call(WaitingRead(), deadline: .milliseconds(30), idempotencyKey: nil)
                Issue.record("nobody opens the gate")
            } catch {
                guard case .timedOut = error else { throw error }
            }
            try await handlers.cancelledReads.wait()
            await client.close()
        }
    }

    @Test("cancelling the task ends the call here and the read there")
    func cancellation() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let client = RPCClient(address: address, logger: quiet)
            await withTaskGroup { group in
                group.addTask {
                    await #expect(throws: RPCCallError<NoFailure>.self) { try await client.call(WaitingRead()) }
                }
                await handlers.readGate.arrived()
                group.cancelAll()
            }
            try await handlers.cancelledReads.wait()
            await client.close()
        }
    }

    @Test("a request beyond the line limit is refused before it is sent")
    func tooLong() async throws {
        var limits = RPCLimits()
        limits.maximumLineBytes = 500
        try await withServer(limits: limits) { server, address in
            let client = RPCClient(address: address, limits: limits, logger: quiet)
            do throws(RPCCallError<NoFailure>) {
                _ = try await client.call(Echo(text: String(repeating: "x", count: 600)))
                Issue.record("it must be refused")
            } catch {
                guard case .refused(code: -32000, _) = error else { throw error }
            }
            #expect(server.activity.connections == 0 || server.activity.callsBegun == 0)
            await client.close()
        }
    }

    @Test("closing the client ends its calls")
    func closing() async throws {
        let handlers = Handlers()
        try await withServer(handlers) { _, address in
            let client = RPCClient(address: address, logger: quiet)
            await withTaskGroup { group in
                group.addTask {
                    await #expect(throws: RPCCallError<NoFailure>.self) { try await client.call(WaitingWrite()) }
                }
                await handlers.writeGate.arrived()
                await client.close()
            }
        }
    }
}
