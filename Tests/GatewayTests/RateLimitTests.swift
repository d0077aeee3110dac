import Contracts
import Foundation
import HTTPTypes
import JSON
import Model
import Synchronization
import Testing

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

    @Test("an address that fails to authenticate again and again is refused before its key is looked at")
    func address() async throws {
        try await TestGateway.run { (gateway) async throws in
            var statuses: [Int] = []
            for _ in 0..<80 { statuses.append(try await gateway.send("GET", "/api/client/senders").status) }
            #expect(statuses.first == 401)
            #expect(statuses.last == 429)
            #expect(try await gateway.api("GET", "/api/client/senders").status == 429)
        }
    }

    @Test("a key that was good before goes on while others fail at its address")
    func neighbour() async throws {
        try await TestGateway.run { (gateway) async throws in
            #expect(try await gateway.api("GET", "/api/client/senders").status == 200)
            for _ in 0..<80 { _ = try await gateway.send("GET", "/api/client/senders") }
            #expect(try await gateway.send("GET", "/api/client/senders").status == 429)
            #expect(try await gateway.api("GET", "/api/client/senders").status == 200)
        }
    }

    @Test("a bucket lets its burst through, says how long to wait, and fills at its rate")
    func bucket() throws {
        let begun = ContinuousClock.now
        let passed = Mutex(Duration.zero)
        let limits = RequestRateLimits(keyRate: 0) { begun + passed.withLock { $0 } }
        let limited = AuthenticatedKey(keyID: APIKeyID(1), client: FakeBackend.identity, rateLimit: 2)
        for _ in 0..<2 { try limits.checkKey(limited) }
        let error = #expect(throws: APIError.self) { try limits.checkKey(limited) }
        #expect(error?.headers[.retryAfter] == "1")
        passed.withLock { $0 = .milliseconds(499) }
        #expect(throws: APIError.self) { try limits.checkKey(limited) }
        passed.withLock { $0 = .milliseconds(500) }
        try limits.checkKey(limited)
        #expect(throws: APIError.self) { try limits.checkKey(limited) }
        let free = AuthenticatedKey(keyID: APIKeyID(2), client: FakeBackend.identity)
        for _ in 0..<1_000 { try limits.checkKey(free) }
    }
}
