import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResendGuardTests {
    /// Answers the first request of the first connection, reads the second and closes; answers everything on later connections.
    private func server(closingListener: Bool) throws -> ScriptedServer {
        try ScriptedServer { server, connection, number in
            var served = 0
            while let (_, body) = connection.readRequest() {
                server.record(body)
                served += 1
                if number == 0, served == 2 {
                    if closingListener { server.close() }
                    return
                }
                connection.respond("ok")
            }
        }
    }

    @Test("a kept connection that dies before the answer does not make the request go out twice", arguments: [false, true])
    func keptConnection(closingListener: Bool) async throws {
        let server = try server(closingListener: closingListener)
        let transport = HTTPTransport()
        #expect(await transport.send(HTTPRequest(url: server.url, body: [1])).response?.status == 200)
        let failure = await transport.send(HTTPRequest(url: server.url, body: [2])).failure
        #expect(failure?.delivery == .ambiguous)
        #expect(failure?.reason == .resendPrevented)
        #expect(server.bodies == [[1], [2]])
        if !closingListener {
            #expect(await transport.send(HTTPRequest(url: server.url, body: [3])).response?.status == 200)
            #expect(server.bodies == [[1], [2], [3]])
        }
    }

    @Test("nor when other kept connections stand ready")
    func manyKept() async throws {
        let server = try ScriptedServer { server, connection, _ in
            var served = 0
            while let (_, body) = connection.readRequest() {
                server.record(body)
                served += 1
                if served == 1 {
                    Rendezvous.shared.meet(server.port)
                    connection.respond("ok")
                } else {
                    return
                }
            }
        }
        let transport = HTTPTransport()
        async let first = transport.send(HTTPRequest(url: server.url, body: [1]))
        async let second = transport.send(HTTPRequest(url: server.url, body: [2]))
        #expect(await [first, second].allSatisfy { $0.response?.status == 200 })
        #expect(await transport.send(HTTPRequest(url: server.url, body: [3])).failure?.delivery == .ambiguous)
        #expect(server.bodies.count { $0 == [3] } == 1)
        #expect(server.connectionCount == 2)
    }
}
