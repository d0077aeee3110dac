import Contracts
import Foundation
import JSON
import JSONRPC
import Testing
import Tokens

@testable import Gateway

@Suite("Public links", .timeLimit(.minutes(1)))
struct PublicLinksTests {
    static let target = "https://example.com/a?x=1&y=2"

    @Test("the pixel is the same 43 bytes for every token; only a good one stores an event")
    func pixel() async throws {
        try await TestGateway.run { (gateway) async throws in
            let good = try await gateway.get(gateway.path(.open))
            let others = ["/t/o/AAAA.gif", gateway.path(.open, kind: .preview), String(gateway.path(.open).dropLast(4))]
            for path in others {
                let reply = try await gateway.get(path)
                #expect(reply.status == 200)
                #expect(reply.body == good.body)
                #expect(reply.header("cache-control") == "no-store, no-cache, must-revalidate, max-age=0")
            }
            #expect(good.body.count == 43)
            #expect(good.text.hasPrefix("GIF89a"))
            let events = gateway.backend.events
            #expect(events.map(\.type) == [.open])
            #expect(events.map(\.messageID) == [42])
            #expect(events.map(\.address) == ["127.0.0.0"])
            #expect(events.allSatisfy { $0.eventID.utf8.count == 32 })
        }
    }

    @Test("HEAD answers like GET, without a body")
    func head() async throws {
        try await TestGateway.run { (gateway) async throws in
            let pixel = try await gateway.send("HEAD", gateway.path(.open))
            #expect(pixel.status == 200)
            #expect(pixel.header("content-length") == "43")
            let click = try await gateway.send("HEAD", gateway.clickPath(Self.target))
            #expect(click.status == 302)
            #expect(click.header("location") == Self.target)
            #expect(try await gateway.send("HEAD", gateway.path(.unsubscribe)).status == 200)
            #expect(gateway.backend.events.allSatisfy { $0.method == "HEAD" })
        }
    }

    @Test("a click leads exactly where the author pointed it, is not stored by anybody, and gives one event")
    func click() async throws {
        try await TestGateway.run { (gateway) async throws in
            for url in [Self.target, "http://example.com/", "https://example.com/%E2%82%AC?q=a+b#top", "HTTPS://Example.com/x"] {
                let reply = try await gateway.get(gateway.clickPath(url))
                #expect(reply.status == 302)
                #expect(reply.header("location") == url)
                #expect(reply.header("cache-control") == "no-store")
                #expect(reply.header("referrer-policy") == "no-referrer-when-downgrade")
                #expect(reply.header("x-robots-tag") == "noindex")
            }
            #expect(gateway.backend.events.count == 4)
            #expect(gateway.backend.events.allSatisfy { $0.link == 3 && $0.type == .click })
        }
    }

    @Test("what others append to a click link does not break it")
    func appendedParameters() async throws {
        try await TestGateway.run { (gateway) async throws in
            let path = gateway.clickPath(Self.target)
            for appended in ["&fbclid=x", "&utm=%zz", "&u=https%3A%2F%2Fevil.example%2F"] {
                #expect(try await gateway.get(path + appended).header("location") == Self.target)
            }
        }
    }

    @Test("a preview link leads on and stores nothing")
    func preview() async throws {
        try await TestGateway.run { (gateway) async throws in
            #expect(try await gateway.get(gateway.clickPath(Self.target, kind: .preview)).status == 302)
            let reply = try await gateway.send(
                "POST",
                gateway.path(.unsubscribe, kind: .preview),
                body: Array("List-Unsubscribe=One-Click".utf8)
            )
            #expect(reply.status == 200)
            #expect(gateway.backend.events.isEmpty)
            #expect(gateway.backend.state.now.unsubscribes.isEmpty)
        }
    }

    @Test("every flipped bit of a click token is a 404 page")
    func flippedBits() async throws {
        try await TestGateway.run { (gateway) async throws in
            let token = gateway.signer.sign(.click, kind: .campaign, messageID: 42, link: 3, url: Self.target)
            let query = "?u=\(PercentEncoding.encode(Self.target))"
            var paths: [String] = []
            for index in token.utf8.indices {
                for bit in 0..<7 {
                    var bytes = Array(token.utf8)
                    bytes[token.utf8.distance(from: token.utf8.startIndex, to: index)] ^= 1 << bit
                    paths.append("/t/c/\(PercentEncoding.encode(String(decoding: bytes, as: UTF8.self)))\(query)")
                }
            }
            let port = gateway.port
            let requests = paths
            let statuses = try await onThread { try PublicLinksTests.statuses(of: requests, port: port) }
            #expect(statuses.count == 39 * 7)
            #expect(Set(statuses) == [404])
            #expect(gateway.backend.events.isEmpty)
        }
    }

    @Test(
        "no link leads where its signature does not (D25)",
        arguments: [
            "u=https%3A%2F%2Fevil.example%2F", "u=https%3A%2F%2Fexample.com%2Fa%3Fx%3D1%26y%3D3", "url=https%3A%2F%2Fexample.com%2F", "u=",
            "",
            "u=javascript%3Aalert(1)", "u=%2F%2Fevil.example", "u=https%3A%2F%2Fexample.com%2Fa%3Fx%3D1%26y%3D2%0d%0aSet-Cookie:a=b",
            "u=%zz",
            "u=%00",
        ]
    )
    func openRedirect(query: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let token = gateway.signer.sign(.click, kind: .campaign, messageID: 42, link: 3, url: Self.target)
            let reply = try await gateway.get("/t/c/\(token)?\(query)")
            #expect(reply.status == 404)
            #expect(reply.header("location") == nil)
            #expect(reply.header("content-type") == "text/html; charset=utf-8")
            #expect(gateway.backend.events.isEmpty)
        }
    }

    @Test("even a signed target that is no web address is no redirect")
    func signedScheme() async throws {
        try await TestGateway.run { (gateway) async throws in
            for url in ["javascript:alert(1)", "ftp://example.com/", "https://example.com/\r\nX: y"] {
                #expect(try await gateway.get(gateway.clickPath(url)).status == 404)
            }
        }
    }

    /// Many requests on one connection.
    static func statuses(of paths: [String], port: UInt16) throws -> [Int] {
        let connection = try WireConnection(port: port)
        return try paths.map { path in
            try connection.send(Array("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n".utf8))
            return try connection.reply()?.status ?? 0
        }
    }
}
