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
