import Foundation
import JSON
import Testing
import Tokens

@testable import Gateway

@Suite("Routing and limits", .timeLimit(.minutes(1)))
struct RoutingTests {
    @Test("a wrong method is 405 JSON with the allowed ones", arguments: ["POST", "DELETE", "PATCH"])
    func wrongMethod(method: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send(method, "/api/client/senders", body: [])
            #expect(reply.status == 405)
            #expect(reply.text == #"{"error":{"code":"method_not_allowed","allowed_methods":["GET","PUT"]}}"#)
            #expect(reply.header("allow") == "GET, PUT")
        }
    }

    @Test("an unknown path of the API is 404 JSON, any other a page; a path is taken only as it is written")
    func unknownPath() async throws {
        try await TestGateway.run { (gateway) async throws in
            for path in ["/api/nope", "/api/client/senders/", "/api//client/senders", "/api/campaigns/", "/api/contacts%2Fstatus"] {
                let reply = try await gateway.get(path)
                #expect(reply.status == 404)
                #expect(reply.header("content-type") == "application/json")
            }
            for path in ["/", "/nope", "/unsubscribe/", "/t/c/%zz?u=x", "/health"] {
                let reply = try await gateway.get(path)
                #expect(reply.status == 404)
                #expect(reply.header("content-type") == "text/html; charset=utf-8")
            }
        }
    }

    @Test("a query value that is no text is told, not left out", arguments: ["%zz", "%4", "a%00b", "%ff", "%ed%a0%80"])
    func brokenQuery(value: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.api("GET", "/api/contacts?audience=main&client=app&limit=\(value)")
            #expect(reply.status == 400)
            #expect(reply.json["error"]?["fields"] == ["limit": "invalid"])
        }
    }

    @Test("every answer carries the headers of the contract")
    func securityHeaders() async throws {
        try await TestGateway.run { (gateway) async throws in
            for path in ["/health/", "/api/nope", "/nope", gateway.path(.open)] {
                let reply = try await gateway.get(path)
                #expect(reply.header("x-frame-options") == "DENY")
                #expect(reply.header("x-content-type-options") == "nosniff")
                #expect(reply.header("referrer-policy") == "same-origin")
                #expect(reply.header("cross-origin-opener-policy") == "same-origin")
            }
        }
    }

    @Test("health answers while everything behind is away")
    func health() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.audience.isUp = false
            gateway.backend.tracking.isUp = false
            let reply = try await gateway.get("/health/")
            #expect(reply.status == 200)
            #expect(reply.text == #"{"status":"ok"}"#)
        }
    }

    @Test("a JSON body of 10 MB is taken, one byte more is refused, told by its length or not")
    func tooLarge() async throws {
        try await TestGateway.run { (gateway) async throws in
            let headers = ["Authorization: Bearer \(TestGateway.apiKey)"]
            let big = [UInt8](repeating: UInt8(ascii: " "), count: (10 << 20) + 1)
            let contact = Array(#"{"email":"a@example.com","audience":"main","client":"app"}"#.utf8)
            let full = try await gateway.send("POST", "/api/contacts", headers, body: contact + big.dropFirst(contact.count + 1))
            #expect(full.status == 200)
            let told = try await gateway.send("POST", "/api/contacts", headers, body: big)
            #expect(told.status == 413)
            #expect(try JSONValue.parse(told.body)["error"]?["code"] == "body_too_large")
            let chunk = Array("\(String(big.count, radix: 16))\r\n".utf8) + big + Array("\r\n0\r\n\r\n".utf8)
            let port = gateway.port
            let untold = try await onThread {
                let connection = try WireConnection(port: port)
                let head = "POST /api/contacts HTTP/1.1\r\nHost: test\r\n\(headers[0])\r\nTransfer-Encoding: chunked\r\n\r\n"
                try connection.send(Array(head.utf8) + chunk)
                return try connection.reply()
            }
            #expect(untold?.status == 413)
        }
    }

    @Test("headers over the limit, and what is no HTTP, end the connection with a 400 or nothing")
    func garbage() async throws {
        try await TestGateway.run { (gateway) async throws in
            let port = gateway.port
            let requests = [
                "GET / HTTP/1.1\r\nHost: test\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n", "hello\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            ]
            for request in requests {
                let reply = try await onThread {
                    let connection = try WireConnection(port: port)
                    try? connection.send(Array(request.utf8))
                    return try? connection.reply()
                }
                #expect([nil, 400, 431].contains(reply?.status))
            }
            #expect(try await gateway.get("/health/").status == 200)
        }
    }

    @Test("more connections than the limit are closed, and the gateway goes on")
    func connectionLimit() async throws {
        let maximum = 8
        try await TestGateway.run(connections: OpenConnections(maximum: maximum)) { (gateway) async throws in
            let port = gateway.port
            let closed = try await onThread {
                var open: [WireConnection] = []
                for _ in 0..<maximum {
                    let connection = try WireConnection(port: port)
                    try connection.send(Array("GET /health/ HTTP/1.1\r\nHost: t\r\n\r\n".utf8))
                    _ = try connection.reply()
                    open.append(connection)
                }
                let late = try WireConnection(port: port)
                try late.send(Array("GET /health/ HTTP/1.1\r\nHost: t\r\n\r\n".utf8))
                return withExtendedLifetime(open) { (try? late.reply()) == nil }
            }
            #expect(closed)
            var status = 0
            while status != 200 { status = (try? await gateway.get("/health/").status) ?? 0 }
        }
    }
}
