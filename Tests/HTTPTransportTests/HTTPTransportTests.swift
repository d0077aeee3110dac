import HTTPTransport
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPTransportTests {
    let transport = HTTPTransport()

    /// A server that answers every request with its head and body.
    private func echo() throws -> ScriptedServer {
        try ScriptedServer { server, connection, _ in
            while let (head, body) = connection.readRequest() {
                server.record(body)
                connection.respond(head.joined(separator: "\n") + "\n\n" + String(decoding: body, as: UTF8.self))
            }
        }
    }

    private func text(_ exchange: HTTPExchange) -> String {
        exchange.response.map { String(decoding: $0.body, as: UTF8.self) } ?? "failed: \(exchange)"
    }

    @Test("a request goes out as given, with nothing added but what HTTP needs")
    func asGiven() async throws {
        let server = try echo()
        let request = HTTPRequest(
            url: server.url + "a/../b%2Fc?x=1",
            headers: [("X-Amz-Date", "20260101T000000Z"), ("X-Empty", ""), ("Content-Type", "application/json")],
            body: Array("{}".utf8)
        )
        let expected = [
            "POST /a/../b%2Fc?x=1 HTTP/1.1", "Host: 127.0.0.1:\(server.port)", "Accept: */*", "X-Amz-Date: 20260101T000000Z", "X-Empty:",
            "Content-Type: application/json", "Content-Length: 2", "", "{}",
        ]
        #expect(text(await transport.send(request)) == expected.joined(separator: "\n"))
    }

    @Test("a large body goes out at once, byte for byte")
    func largeBody() async throws {
        let server = try echo()
        let body = Array(repeatElement([UInt8](0...250), count: 12_000).joined())
        let exchange = await transport.send(HTTPRequest(url: server.url, body: body, maximumResponseBytes: 16 << 20))
        #expect(exchange.response?.status == 200)
        let isIntact = server.bodies == [body]
        #expect(isIntact)
    }

    @Test("methods without a body, and an empty body", arguments: ["GET", "HEAD", "DELETE", "POST", "PUT"])
    func methods(method: String) async throws {
        let server = try ScriptedServer { _, connection, _ in
            while let (head, _) = connection.readRequest() {
                connection.respond(head[0].hasPrefix("HEAD") ? "" : head.joined(separator: "\n"))
            }
        }
        let response = await transport.send(HTTPRequest(method: method, url: server.url)).response
        #expect(response?.status == 200)
        let text = String(decoding: response?.body ?? [], as: UTF8.self)
        if method != "HEAD" { #expect(text.hasPrefix("\(method) / HTTP/1.1")) }
        #expect(text.contains("Content-Length: 0") == ["POST", "PUT"].contains(method))
        #expect(!text.contains("Content-Type"))
    }

    @Test("any status is a response, with its headers; a redirect is not followed")
    func statuses() async throws {
        let server = try ScriptedServer { _, connection, number in
            _ = connection.readRequest()
            connection.write(
                "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /other\r\nX-Amzn-ErrorType:  A:b \r\n"
            )
            connection.write("Content-Length: 0\r\n\r\n")
        }
        let response = await transport.send(HTTPRequest(url: server.url, body: [1])).response
        #expect(response?.status == 302)
        #expect(response?.header("x-amzn-errortype") == "A:b")
        #expect(response?.header("X-Interim") == nil)
        #expect(server.connectionCount == 1)
    }

    @Test("connections are kept")
    func keepAlive() async throws {
        let server = try echo()
        for _ in 0..<5 { #expect(await transport.send(HTTPRequest(url: server.url, body: [1])).response?.status == 200) }
        #expect(server.connectionCount == 1)
    }

    @Test("no more connections than allowed, and everyone in line is served")
    func bounded() async throws {
        var configuration = HTTPTransportConfiguration()
        configuration.maximumConnections = 4
        let transport = HTTPTransport(configuration)
        let server = try echo()
        let url = server.url
        let answered = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<300 {
                group.addTask {
                    let body = Array("number \(number)".utf8)
                    return await transport.send(HTTPRequest(url: url, body: body)).response?.body.suffix(body.count) == body[...]
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(answered == 300)
        #expect(server.connectionCount <= 4)
        #expect(Set(server.bodies).count == 300)
    }

    @Test("a full line refuses at once")
    func busy() async throws {
        var configuration = HTTPTransportConfiguration()
        configuration.maximumConnections = 1
        configuration.maximumWaiting = 0
        let transport = HTTPTransport(configuration)
        let arrived = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { _, connection, _ in
            _ = connection.readRequest()
            arrived.continuation.yield()
            connection.holdOpen()
        }
        let url = server.url
        let first = Task { await transport.send(HTTPRequest(url: url, body: [1])) }
        for await _ in arrived.stream { break }
        let failure = await transport.send(HTTPRequest(url: url, body: [2])).failure
        #expect(failure?.reason == .busy)
        #expect(failure?.delivery == .notSent)
        first.cancel()
        #expect(await first.value.failure?.delivery == .ambiguous)
    }

    @Test("cancelling ends a transfer at once as ambiguous, one in line as not sent")
    func cancellation() async throws {
        var configuration = HTTPTransportConfiguration()
        configuration.maximumConnections = 1
        let transport = HTTPTransport(configuration)
        let arrived = AsyncStream<Void>.makeStream()
        let server = try ScriptedServer { _, connection, number in
            _ = connection.readRequest()
            guard number == 0 else { return connection.respond("ok") }
            arrived.continuation.yield()
            connection.holdOpen()
        }
        let url = server.url
        let first = Task { await transport.send(HTTPRequest(url: url, body: [1])) }
        for await _ in arrived.stream { break }
        let second = Task { await transport.send(HTTPRequest(url: url, body: [2])) }
        second.cancel()
        #expect(await second.value.failure?.delivery == .notSent)
        first.cancel()
        let failure = await first.value.failure
        #expect(failure?.reason == .cancelled)
        #expect(failure?.delivery == .ambiguous)
        #expect(await transport.send(HTTPRequest(url: url, body: [3])).response?.status == 200)
    }

    @Test("a malformed request is refused before anything is sent")
    func malformed() async throws {
        let server = try echo()
        let requests = [
            HTTPRequest(method: "GE T", url: server.url), HTTPRequest(method: "", url: server.url), HTTPRequest(url: ""),
            HTTPRequest(url: server.url + " x"), HTTPRequest(url: server.url + "\0"), HTTPRequest(url: "ftp://127.0.0.1:\(server.port)/"),
            HTTPRequest(url: "not a url"), HTTPRequest(url: server.url, headers: [("A", "b\r\nC: d")]),
            HTTPRequest(url: server.url, headers: [("A: b\r\nC", "d")]), HTTPRequest(url: server.url, headers: [("", "d")]),
        ]
        for request in requests {
            let failure = await transport.send(request).failure
            #expect(failure?.delivery == .notSent)
            #expect(failure?.reason == .malformedRequest)
        }
        #expect(server.connectionCount == 0)
    }

    @Test("plain HTTP can be forbidden, and so can addresses of this machine")
    func policies() async throws {
        let server = try echo()
        var configuration = HTTPTransportConfiguration()
        configuration.allowsPlainHTTP = false
        #expect(await HTTPTransport(configuration).send(HTTPRequest(url: server.url)).failure?.delivery == .notSent)
        configuration = HTTPTransportConfiguration()
        configuration.addressPolicy = .publicOnly
        for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
            let failure = await HTTPTransport(configuration).send(HTTPRequest(url: "http://\(host):\(server.port)/")).failure
            #expect(failure?.delivery == .notSent)
        }
        #expect(server.connectionCount == 0)
    }
}
