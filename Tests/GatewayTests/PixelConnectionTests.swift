import Contracts
import Foundation
import NIOCore
import Testing
import Tokens

@testable import Gateway

/// What the handler in front of the HTTP server takes, and that nobody sees a difference.
@Suite("Pixels on the event loop", .timeLimit(.minutes(1)))
struct PixelConnectionTests {
    private func reading(_ text: String) -> (PixelRequest.Reading, rest: Int) {
        var buffer = ByteBuffer(string: text)
        let reading = PixelRequest.take(from: &buffer)
        return (reading, buffer.readableBytes)
    }

    @Test("a plain request is read; its bytes are taken and no others")
    func plain() {
        let get = reading("GET /t/o/abc.gif?x=/1 HTTP/1.1\r\nHost: a\r\nUser-agent:  M/5.0 (x) \r\n\r\nGET /")
        #expect(get == (.request(PixelRequest(token: "abc.gif", isHead: false, userAgent: "M/5.0 (x)", closes: false)), rest: 5))
        let head = reading("HEAD /t/o/a HTTP/1.1\r\nCONNECTION: Close\r\n\r\n")
        #expect(head == (.request(PixelRequest(token: "a", isHead: true, userAgent: "", closes: true)), rest: 0))
    }

    @Test("every beginning of a request waits for the rest")
    func beginnings() {
        let whole = "GET /t/o/abc.gif HTTP/1.1\r\nHost: a\r\n\r\n"
        for count in 0..<whole.utf8.count {
            #expect(reading(String(decoding: whole.utf8.prefix(count), as: UTF8.self)) == (.incomplete, rest: count), "\(count)")
        }
    }

    @Test(
        "what is unusual is left to the HTTP server",
        arguments: [
            "POST /t/o/a HTTP/1.1\r\n\r\n", "GET /t/c/a HTTP/1.1\r\n\r\n", "GET /t/o/a HTTP/1.0\r\n\r\n", "GET /t/o/a/b HTTP/1.1\r\n\r\n",
            "GET /t/o/%41 HTTP/1.1\r\n\r\n", "GET /t/o/ HTTP/1.1\r\n\r\n", "GET /t/o/?a HTTP/1.1\r\n\r\n", "GET /t/o/a b HTTP/1.1\r\n\r\n",
            "GET /t/o/a HTTP/1.1\nHost: a\n\n", "GET /t/o/a HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", "GET /t/o/a HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
            "GET /t/o/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "GET /t/o/a HTTP/1.1\r\nConnection: upgrade\r\n\r\n",
            "GET /t/o/a HTTP/1.1\r\nUpgrade: h2c\r\n\r\n", "GET /t/o/a HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
            "GET /t/o/a HTTP/1.1\r\nUser-Agent: a\r\nUser-Agent: b\r\n\r\n", "GET /t/o/a HTTP/1.1\r\nUser-Agent: \u{E9}\r\n\r\n",
            "GET /t/o/a HTTP/1.1\r\nno colon\r\n\r\n", "GET /t/o/a HTTP/1.1\r\nContent-Length : 1\r\n\r\n", "GET /t/o/a HTTP/1.1\rx",
            "GET /t/o/a HTTP/1.1\r\nX: \u{0}\r\n\r\n", "GET /t/o/" + String(repeating: "a", count: 9_000),
            "GET /t/o/a HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 65) + "\r\n",
        ]
    )
    func unusual(request: String) { #expect(reading(request) == (.other, rest: request.utf8.count)) }

    @Test("the answer has the headers of the HTTP server's, for GET and HEAD")
    func sameAnswer() async throws {
        try await TestGateway.run { (gateway) async throws in
            let path = gateway.path(.open)
            for method in ["GET", "HEAD"] {
                let quick = try await gateway.send(method, path)
                let slow = try await gateway.send(method, path, ["User-Agent: \u{E9}"])
                #expect(quick.status == slow.status && quick.body == slow.body)
                #expect(
                    Set(quick.headers.map { "\($0.name): \($0.value)" }).subtracting(["connection: close"])
                        == Set(slow.headers.map { "\($0.name): \($0.value)" }).subtracting(["connection: close", "connection: keep-alive"])
                )
            }
            #expect(gateway.backend.events.map(\.method).sorted() == ["GET", "GET", "HEAD", "HEAD"])
        }
    }

    @Test("one connection: requests in parts and several at once are answered in order, then the HTTP server goes on with it")
    func oneConnection() async throws {
        try await TestGateway.run { (gateway) async throws in
            let request = "GET \(gateway.path(.open)) HTTP/1.1\r\nHost: test\r\nUser-Agent: Thunderbird\r\n\r\n"
            let bad = "GET /t/o/bad.gif HTTP/1.1\r\nHost: test\r\n\r\n"
            let health = "GET /health/ HTTP/1.1\r\nHost: test\r\n\r\n"
            let port = gateway.port
            let statuses = try await onThread {
                let connection = try WireConnection(port: port)
                try connection.send(Array(request.utf8.prefix(30)))
                try connection.send(Array(request.utf8.dropFirst(30)))
                var types = [try connection.reply()?.header("content-type")]
                try connection.send(Array((request + bad + request + health + request + health).utf8))
                for _ in 0..<6 { types.append(try connection.reply()?.header("content-type")) }
                return types.map { $0?.prefix(9) ?? "none" }
            }
            #expect(statuses == ["image/gif", "image/gif", "image/gif", "image/gif", "applicati", "image/gif", "applicati"])
            #expect(gateway.backend.events.count == 4)
            #expect(gateway.backend.events.allSatisfy { $0.userAgent == "Thunderbird" && $0.address == "127.0.0.0" })
        }
    }

    @Test("a pixel is answered while Tracking is away, and its event is kept")
    func spooled() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.tracking.isUp = false
            #expect(try await gateway.get(gateway.path(.open)).status == 200)
            #expect(gateway.backend.events.isEmpty)
            #expect(await !gateway.spool.isEmpty)
        }
    }
}
