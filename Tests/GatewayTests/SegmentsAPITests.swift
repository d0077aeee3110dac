import Contracts
import JSON
import Testing

@testable import Gateway

@Suite("The segments API", .timeLimit(.minutes(1)))
struct SegmentsAPITests {
    static let scope = "audience=main&client=app"
    static let body = #"{"audience":"main","client":"app","rules":{"field":"tag","operator":"has","value":"x"}}"#

    @Test(
        "each call answers with its status and keys",
        arguments: [
            ("PUT", "new", body, 201, ["segment", "created"]), ("PUT", "s1", body, 200, ["segment", "created"]),
            ("GET", "s1?\(scope)", nil, 200, ["segment"]), ("DELETE", "s1?\(scope)", nil, 200, ["segment", "deleted"]),
            ("GET", "s1/count?\(scope)", nil, 200, ["key", "count"]), ("GET", "s1/preview?\(scope)&limit=5", nil, 200, ["count", "contacts"]),
            ("POST", "preview", body, 200, ["count", "contacts"]),
        ] as [(String, String, String?, Int, [String])]
    )
    func answers(method: String, path: String, body: String?, status: Int, keys: [String]) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api(method, "/api/segments/\(path)", body)
            #expect(answer.status == status)
            #expect(answer.json.objectValue?.keys.map { String($0) } == keys)
        }
    }

    @Test("a list tells whether there is more")
    func list() async throws {
        try await TestGateway.run { (gateway) async throws in
            let page = try await gateway.api("GET", "/api/segments?\(Self.scope)&limit=1")
            #expect(page.json["segments"]?.arrayValue?.count == 1)
            #expect(page.json["next_cursor"] == "s1")
            #expect(try await gateway.api("GET", "/api/segments?\(Self.scope)").json["next_cursor"] == .null)
        }
    }

    @Test(
        "faults",
        arguments: [
            ("GET", "none?\(scope)", nil, 404, #"{"key":"not_found"}"#), ("DELETE", "none?\(scope)", nil, 404, #"{"key":"not_found"}"#),
            ("GET", "none/count?\(scope)", nil, 404, #"{"key":"not_found"}"#),
            ("GET", "s1/preview?\(scope)&limit=101", nil, 400, #"{"limit":"must_be_between_0_and_100"}"#),
            ("PUT", "new", #"{"audience":"main","client":"app"}"#, 400, #"{"rules":"required"}"#),
            ("PUT", "new", #"{"audience":"main","client":"app","rules":[],"name":1}"#, 400, #"{"name":"must_be_string","rules":"must_be_object"}"#),
            ("PUT", "new", #"{"audience":"main","client":"app","rules":{"bad":1}}"#, 400, #"{"rules.bad":"unknown"}"#),
            ("POST", "preview", #"{"audience":"main","client":"app"}"#, 400, #"{"rules":"required"}"#),
            ("PUT", "new", #"{"audience":"main","client":"other","rules":{}}"#, 403, #"{"client":"forbidden"}"#),
        ] as [(String, String, String?, Int, String)]
    )
    func faults(method: String, path: String, body: String?, status: Int, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api(method, "/api/segments/\(path)", body)
            #expect(answer.status == status)
            #expect(answer.json["error"]?["fields"]?.text == fields)
        }
    }
}
