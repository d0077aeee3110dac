import Contracts
import Foundation
import HTTPTypes
import JSON
import Model
import Synchronization
import Testing
import Tokens

@testable import Gateway

@Suite("Request limits", .timeLimit(.minutes(1)))
struct RateLimitTests {
    @Test("a key beyond its rate gets 429 with Retry-After, and nothing is done")
    func key() async throws {
        try await TestGateway.run(FakeBackend(rateLimit: 2)) { (gateway) async throws in
            for _ in 0..<2 { #expect(try await gateway.api("GET", "/api/client/senders").status == 200) }
            let reply = try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer \(TestGateway.apiKey)"])
            #expect(reply.status == 429)
            #expect(reply.header("retry-after") == "1")
            #expect(try JSONValue.parse(reply.body)["error"]?["code"] == "rate_limited")
        }
    }

    @Test("an address that fails again and again is told to wait; a good key is served there all the while, also one that nobody has seen")
    func address() async throws {
        try await TestGateway.run { (gateway) async throws in
            var statuses: [Int] = []
            for _ in 0..<80 { statuses.append(try await gateway.send("GET", "/api/client/senders").status) }
            #expect(statuses.first == 401)
            #expect(statuses.last == 429)
            #expect(gateway.backend.audience.calls == 0)
            #expect(try await gateway.api("GET", "/api/client/senders").status == 200)
        }
    }

    @Test("keys that nobody knows are looked up so many times for one address, malformed ones never; a known key goes on")
    func guesses() async throws {
        try await TestGateway.run { (gateway) async throws in
            for _ in 0..<300 { _ = try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer dm_x"]) }
            #expect(gateway.backend.audience.calls == 0)
            #expect(try await gateway.api("GET", "/api/client/senders").status == 200)
            let before = gateway.backend.audience.calls
            for number in 0..<300 {
                let guess = "dm_abcdefghijkl_" + String(repeating: "t", count: 40) + String(number + 100)
                #expect(try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer \(guess)"]).status != 200)
            }
            #expect(gateway.backend.audience.calls - before == Int(RequestRateLimits.guesses.size))
            #expect(try await gateway.api("GET", "/api/client/senders").status == 200)
        }
    }

    @Test("behind a trusted proxy each client has its own bucket; what the client wrote itself does not choose it")
    func proxied() async throws {
        let proxies = try #require(TrustedProxies("127.0.0.1"))
        try await TestGateway.run(proxies: proxies) { (gateway) async throws in
            func status(_ forwarded: String) async throws -> Int {
                try await gateway.send("GET", "/api/client/senders", ["X-Forwarded-For: \(forwarded)"]).status
            }
            for number in 0..<80 { _ = try await status("198.51.100.\(number), 203.0.113.9") }
            #expect(try await status("198.51.100.200, 203.0.113.9") == 429)
            #expect(try await status("203.0.113.10") == 401)
            #expect(try await status("203.0.113.9, 203.0.113.10") == 401)
        }
    }

    @Test("from an address that is no trusted proxy the header says nothing")
    func untrusted() async throws {
        try await TestGateway.run { (gateway) async throws in
            for number in 0..<80 { _ = try await gateway.send("GET", "/api/client/senders", ["X-Forwarded-For: 198.51.100.\(number)"]) }
            #expect(try await gateway.send("GET", "/api/client/senders", ["X-Forwarded-For: 203.0.113.7"]).status == 429)
        }
    }

    @Test("an address may send many forms, but not without end; other addresses do not notice, and nothing is changed")
    func forms() async throws {
        let proxies = try #require(TrustedProxies("127.0.0.0/8"))
        try await TestGateway.run(proxies: proxies) { (gateway) async throws in
            func post(_ path: String, from address: String) async throws -> WireReply {
                try await gateway.send("POST", path, ["X-Forwarded-For: \(address)"], body: Array("List-Unsubscribe=One-Click".utf8))
            }
            let path = gateway.path(.unsubscribe)
            let bad = "/unsubscribe/none"
            for _ in 0..<Int(RequestRateLimits.forms.size) { #expect(try await post(bad, from: "203.0.113.9").status == 404) }
            for form in [path, path.replacing("/unsubscribe/", with: "/preferences/"), "/confirm/none"] {
                let refused = try await post(form, from: "203.0.113.9")
                #expect(refused.status == 429)
                #expect(refused.header("retry-after") == "1")
                #expect(refused.header("content-type") == "text/html; charset=utf-8")
            }
            #expect(gateway.backend.events.isEmpty)
            #expect(try await gateway.send("GET", path, ["X-Forwarded-For: 203.0.113.9"]).status == 200)
            #expect(try await post(path, from: "203.0.113.10").status == 200)
            #expect(gateway.backend.events.map(\.type) == [.unsubscribe])
        }
    }

    @Test("a bucket lets its burst through, says how long to wait, and fills at its rate")
    func bucket() throws {
        let begun = ContinuousClock.now
        let passed = Mutex(Duration.zero)
        let limits = RequestRateLimits(keyRate: 0) { begun + passed.withLock { $0 } }
        let limited = AuthenticatedKey(keyID: APIKeyID(1), client: FakeBackend.identity, rateLimit: 2)
        for _ in 0..<2 { try limits.takeRequest(of: limited) }
        let error = #expect(throws: APIError.self) { try limits.takeRequest(of: limited) }
        #expect(error?.headers[.retryAfter] == "1")
        passed.withLock { $0 = .milliseconds(499) }
        #expect(throws: APIError.self) { try limits.takeRequest(of: limited) }
        passed.withLock { $0 = .milliseconds(500) }
        try limits.takeRequest(of: limited)
        #expect(throws: APIError.self) { try limits.takeRequest(of: limited) }
        let free = AuthenticatedKey(keyID: APIKeyID(2), client: FakeBackend.identity)
        for _ in 0..<1_000 { try limits.takeRequest(of: free) }
    }
}
