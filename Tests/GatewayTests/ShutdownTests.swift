import Foundation
import ServiceLifecycle
import Testing
import Tokens

@testable import Gateway

@Suite("Graceful shutdown", .timeLimit(.minutes(1)))
struct ShutdownTests {
    @Test("no request is lost when the gateway stops under load (I12)")
    func underLoad() async throws {
        try await TestGateway.run { (gateway) async throws in
            let path = gateway.path(.open)
            let port = gateway.port
            let outcomes = try await withThrowingTaskGroup(of: (answered: Int, lost: Int).self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await onThread { try Self.pixels(path, port) } } }
                while gateway.backend.events.count < 100 { await Task.yield() }
                await gateway.group.triggerGracefulShutdown()
                var all = (answered: 0, lost: 0)
                for try await outcome in tasks { all = (all.answered + outcome.answered, all.lost + outcome.lost) }
                return all
            }
            #expect(outcomes.lost == 0)
            #expect(outcomes.answered >= 100)
            #expect(gateway.backend.events.count == outcomes.answered)
        }
    }

    @Test("no call of the API is lost when the gateway stops under load: what was carried out is answered, and nothing else (I12)")
    func callsUnderLoad() async throws {
        try await TestGateway.run { (gateway) async throws in
            let port = gateway.port
            let outcomes = try await withThrowingTaskGroup(of: (answered: Int, lost: Int).self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await onThread { try Self.calls(port) } } }
                while gateway.backend.state.now.contactCalls.count < 100 { await Task.yield() }
                await gateway.group.triggerGracefulShutdown()
                var all = (answered: 0, lost: 0)
                for try await outcome in tasks { all = (all.answered + outcome.answered, all.lost + outcome.lost) }
                return all
            }
            #expect(outcomes.lost == 0)
            #expect(outcomes.answered >= 100)
            #expect(gateway.backend.state.now.contactCalls.count == outcomes.answered)
        }
    }

    @Test("a call whose body is on its way when the gateway stops is still carried out and answered")
    func halfSent() async throws {
        try await TestGateway.run { (gateway) async throws in
            let port = gateway.port
            let group = gateway.group
            let connection = try WireConnection(port: port)
            let request = Self.call()
            // The head and the first byte of the body: the gateway has begun with it when it answers another one.
            try connection.send(Array(request.dropLast(20)))
            _ = try await gateway.get("/health/")
            await group.triggerGracefulShutdown()
            try connection.send(Array(request.suffix(20)))
            let reply = try #require(try connection.reply())
            #expect(reply.status == 200)
            #expect(gateway.backend.state.now.contactCalls.count == 1)
        }
    }

    private static func call() -> [UInt8] {
        let body = #"{"email":"ann@example.org","audience":"main","client":"app"}"#
        let head = [
            "POST /api/subscriptions/subscribe HTTP/1.1", "Host: test", "Authorization: Bearer \(TestGateway.apiKey)",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
        ]
        return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    /// Calls again and again on one connection, until the server says that the answer is the last.
    private static func calls(_ port: UInt16) throws -> (answered: Int, lost: Int) {
        let connection = try WireConnection(port: port)
        var answered = 0
        while true {
            try connection.send(call())
            guard let reply = try connection.reply(), reply.status == 200 else { return (answered, 1) }
            answered += 1
            if reply.header("connection") == "close" { return (answered, 0) }
        }
    }

    /// Asks again and again on one connection, until the server says that the answer is the last.
    private static func pixels(_ path: String, _ port: UInt16) throws -> (answered: Int, lost: Int) {
        let connection = try WireConnection(port: port)
        var answered = 0
        while true {
            try connection.send(Array("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
            guard let reply = try connection.reply(), reply.status == 200 else { return (answered, 1) }
            answered += 1
            if reply.header("connection") == "close" { return (answered, 0) }
        }
    }
}
