import Contracts
import Foundation
import HTTPTypes
import JSON
import Model
import Testing

@testable import Gateway

@Suite("Request limits", .timeLimit(.minutes(1)))
struct RateLimitTests {
    @Test("a key beyond its rate gets 429 with Retry-After, and nothing is done")
    func key() async throws {
        try await TestGateway.run(FakeBackend(rateLimit: 2)) { (gateway) async throws in
            var statuses: [Int] = []
            // More than the bucket can fill up while they run.
            for _ in 0..<40 { statuses.append(try await gateway.api("GET", "/api/client/senders").status) }
            #expect(statuses.prefix(2) == [200, 200])
            #expect(statuses.contains(429))
            let reply = try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer \(TestGateway.apiKey)"])
            if reply.status == 429 {
                #expect(reply.header("retry-after") == "1")
                #expect(try JSONValue.parse(reply.body)["error"]?["code"] == "rate_limited")
            }
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

    @Test("a bucket lets its burst through and says how long to wait")
    func bucket() throws {
        let limits = RequestRateLimits(keyRate: 0)
        let limited = AuthenticatedKey(keyID: APIKeyID(1), client: FakeBackend.identity, rateLimit: 1)
        try limits.checkKey(limited)
        let error = #expect(throws: APIError.self) { try limits.checkKey(limited) }
        #expect(error?.headers[.retryAfter] == "1")
        let free = AuthenticatedKey(keyID: APIKeyID(2), client: FakeBackend.identity)
        for _ in 0..<1_000 { try limits.checkKey(free) }
    }
}
