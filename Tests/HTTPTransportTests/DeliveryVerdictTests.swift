import HTTPTransport
import TestSupport
import Testing

/// What is known after each kind of failure; a wrong "not sent" would send a mail twice, a wrong "ambiguous" would hold one back.
@Suite(.timeLimit(.minutes(1))) struct DeliveryVerdictTests {
    let transport = HTTPTransport()

    @Test("a refused connection is not sent")
    func refused() async throws {
        let server = try ScriptedServer { _, _, _ in }
        let url = server.url
        server.close()
        let failure = await transport.send(HTTPRequest(url: url, body: [1])).failure
        #expect(failure?.delivery == .notSent)
        #expect(failure?.reason == .connect)
    }

    @Test("an unknown host is not sent")
    func unknownHost() async {
        let failure = await transport.send(HTTPRequest(url: "http://absent.invalid/", body: [1])).failure
        #expect(failure?.delivery == .notSent)
    }

    @Test("a failed TLS handshake is not sent")
    func tls() async throws {
        let server = try ScriptedServer { _, connection, _ in
            connection.awaitBytes()
            connection.write("not TLS at all\r\n")
        }
        let failure = await transport.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/", body: [1])).failure
        #expect(failure?.delivery == .notSent)
        #expect(failure?.reason == .tls)
    }

    @Test("a reset in the middle of a large body is not sent")
    func partialUpload() async throws {
        let server = try ScriptedServer { _, connection, _ in
            connection.read(count: 100_000)
            connection.resetOnClose()
        }
        let body = [UInt8](repeating: 0x61, count: 32 << 20)
        let failure = await transport.send(HTTPRequest(url: server.url, body: body)).failure
        #expect(failure?.delivery == .notSent)
        #expect(failure?.reason == .connectionLost)
    }

    @Test("a connection closed unread is ambiguous: the kernel took the bytes")
    func closedUnread() async throws {
        let server = try ScriptedServer { _, connection, _ in connection.awaitBytes() }
        let failure = await transport.send(HTTPRequest(url: server.url, body: Array("twenty bytes of body".utf8))).failure
        #expect(failure?.delivery == .ambiguous)
    }

    @Test("a connection closed after the whole request is ambiguous")
    func closedAfterReading() async throws {
        let server = try ScriptedServer { _, connection, _ in _ = connection.readRequest() }
        let failure = await transport.send(HTTPRequest(url: server.url, body: [1])).failure
        #expect(failure?.delivery == .ambiguous)
        #expect(failure?.code == 52)
    }

    @Test("no answer in time is ambiguous")
    func timeout() async throws {
        let server = try ScriptedServer { _, connection, _ in
            _ = connection.readRequest()
            connection.holdOpen()
        }
        let request = HTTPRequest(url: server.url, body: [1], timeout: .seconds(2))
        let failure = await transport.send(request).failure
        #expect(failure?.delivery == .ambiguous)
        #expect(failure?.reason == .timedOut)
    }

    @Test("a server that does not take the body in time has not got it")
    func stalledUpload() async throws {
        let server = try ScriptedServer { _, connection, _ in
            connection.read(count: 1)
            Gate.neverOpened.wait()
        }
        let body = [UInt8](repeating: 0x61, count: 32 << 20)
        let failure = await transport.send(HTTPRequest(url: server.url, body: body, timeout: .seconds(1))).failure
        #expect(failure?.delivery == .notSent)
        #expect(failure?.reason == .timedOut)
    }

    @Test(
        "an answer that is cut is accepted, with its status",
        arguments: ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Mess", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\n"]
    )
    func cutAnswer(answer: String) async throws {
        let server = try ScriptedServer { _, connection, _ in
            _ = connection.readRequest()
            connection.write(answer)
        }
        let failure = await transport.send(HTTPRequest(url: server.url, body: [1])).failure
        #expect(failure?.delivery == .acceptedWithoutBody(status: 200))
    }

    @Test("an interim answer is no answer")
    func interim() async throws {
        let server = try ScriptedServer { _, connection, _ in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 102 Processing\r\n\r\n")
        }
        #expect(await transport.send(HTTPRequest(url: server.url, body: [1])).failure?.delivery == .ambiguous)
    }

    @Test("an answer longer than allowed is accepted, with its status")
    func bodyCap() async throws {
        let server = try ScriptedServer { _, connection, _ in
            while connection.readRequest() != nil { connection.respond(String(repeating: "x", count: 5_000)) }
        }
        let failure = await transport.send(HTTPRequest(url: server.url, body: [1], maximumResponseBytes: 4_999)).failure
        #expect(failure?.delivery == .acceptedWithoutBody(status: 200))
        #expect(failure?.reason == .responseTooLarge)
        let response = await transport.send(HTTPRequest(url: server.url, body: [1], maximumResponseBytes: 5_000)).response
        #expect(response?.body.count == 5_000)
    }

    @Test("what is no HTTP at all is ambiguous")
    func garbage() async throws {
        let server = try ScriptedServer { _, connection, _ in
            _ = connection.readRequest()
            connection.write("garbage\r\n\r\n")
        }
        #expect(await transport.send(HTTPRequest(url: server.url, body: [1])).failure?.delivery == .ambiguous)
    }
}
