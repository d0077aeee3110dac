import Foundation
import JSON
import Testing

@testable import Gateway

@Suite("API keys", .timeLimit(.minutes(1)))
struct AuthenticationTests {
    static let secret = String(repeating: "s", count: 43)

    @Test(
        "every failure has its recorded code",
        arguments: [
            (nil, "missing_authorization"), ("Basic dXNlcg==", "invalid_authorization"), ("Bearer", "invalid_authorization"),
            ("Bearer x", "invalid_api_key"), ("Bearer dm_abcdefghijkl_\(secret)x", "invalid_api_key"),
            ("Bearer dm_ABCDEFGHIJKL_\(secret)", "invalid_api_key"),
            ("Bearer dm_abcdefghijkl_\(String(secret.dropLast()))t", "invalid_api_key"),
            ("Bearer dm_inactive0000_\(secret)", "inactive_client"),
        ] as [(String?, String)]
    )
    func codes(header: String?, code: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send("GET", "/api/client/senders", header.map { ["Authorization: \($0)"] } ?? [])
            #expect(reply.status == 401)
            #expect(reply.text == #"{"error":{"code":"\#(code)","message":"Authentication credentials were not accepted."}}"#)
            #expect(reply.header("www-authenticate") == nil)
        }
    }

    @Test("what cannot be a key is refused without asking anybody (D26)")
    func malformed() async throws {
        try await TestGateway.run { (gateway) async throws in
            for key in [
                "x", "dm_", "dm_abcdefghijkl_", "dm_abcdefghijk_\(Self.secret)", "dm_abcdefghijkl.\(Self.secret)",
                "dm_äbcdefghijk_\(Self.secret)",
            ] {
                #expect(try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer \(key)"]).status == 401)
            }
            #expect(gateway.backend.audience.calls == 0)
        }
    }

    @Test("a good key is asked about once in ten seconds, a bad one every time")
    func memory() async throws {
        try await TestGateway.run { (gateway) async throws in
            for _ in 0..<3 { #expect(try await gateway.api("GET", "/api/client/senders").status == 200) }
            #expect(gateway.backend.audience.calls == 4)
            for _ in 0..<2 {
                _ = try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer dm_inactive0000_\(Self.secret)"])
            }
            #expect(gateway.backend.audience.calls == 6)
        }
    }

    @Test("without Audience the answer is 503 with Retry-After, not 401")
    func away() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.audience.isUp = false
            let reply = try await gateway.send("GET", "/api/client/senders", ["Authorization: Bearer \(TestGateway.apiKey)"])
            #expect(reply.status == 503)
            #expect(reply.header("retry-after") != nil)
            #expect(try JSONValue.parse(reply.body)["error"]?["code"] == "service_unavailable")
        }
    }

    @Test("the numbers of the installation are for keys that the operator made, and no other key makes one")
    func operatorScope() async throws {
        try await TestGateway.run { (gateway) async throws in
            let refused = try await gateway.api("GET", "/api/workers/status")
            #expect(refused.status == 403 && refused.json["error"]?["required_scope"] == "workers:read")
            let body = #"{"name":"k","scopes":["account:read","workers:read"]}"#
            let made = try await gateway.api("POST", "/api/keys", body)
            #expect(made.status == 403 && made.json["error"]?["required_scope"] == "workers:read")
        }
        try await TestGateway.run(FakeBackend(scopes: ["workers:read"])) { (gateway) async throws in
            #expect(try await gateway.api("GET", "/api/workers/status").status == 200)
            #expect(try await gateway.api("GET", "/api/client/senders").status == 403)
        }
    }
}
