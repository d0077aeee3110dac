import Contracts
import Foundation
import HTTPTypes
import JSON
import Testing

@testable import Gateway

@Suite("The OpenAPI document", .timeLimit(.minutes(1)))
struct OpenAPITests {
    static let endpoints: [Endpoint] = {
        let backend = FakeBackend()
        return GatewayEndpoints.all(
            APIServices(audience: backend.audience, campaign: backend.campaign, delivery: backend.delivery, tracking: backend.tracking)
        )
    }()

    @Test("no two endpoints share an operation id, or a method and path")
    func unique() {
        let ids = Self.endpoints.map(\.id)
        #expect(Set(ids).count == ids.count)
        let places = Self.endpoints.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(places).count == places.count)
    }

    @Test("a name of a shape means one shape")
    func names() {
        var schemas: [String: JSONValue] = [:]
        for endpoint in Self.endpoints {
            var shapes = endpoint.answers.flatMap { $0.content.values }
            if case .json(let body) = endpoint.body { shapes.append(.object(body)) }
            for object in shapes.flatMap(Self.named) {
                #expect(schemas[object.name, default: object.schema] == object.schema, "\(object.name)")
                schemas[object.name] = object.schema
            }
        }
    }

    private static func named(_ shape: Shape) -> [ObjectShape] {
        switch shape {
        case .object(let object): (object.name.isEmpty ? [] : [object]) + object.fields.flatMap { named($0.shape) }
        case .list(let inner, _), .map(let inner, _), .nullable(let inner): named(inner)
        default: []
        }
    }

    @Test("every part of a path that varies is described")
    func parameters() {
        let known = Set(PathParameter.known.map(\.name))
        for endpoint in Self.endpoints {
            for parameter in PathParameter.all(in: endpoint.path) { #expect(known.contains(parameter.name), "\(endpoint.path)") }
        }
    }

    @Test("the example of every body is accepted by its own shape", arguments: endpoints.map(\.id))
    func examples(id: String) throws {
        let endpoint = try #require(Self.endpoints.first { $0.id == id })
        guard let shape = endpoint.body.jsonShape else { return }
        let faults = shape.faults(shape.example)
        #expect(faults.isEmpty, "\(faults)")
    }

    @Test("the document and the page are served to everybody, and the document names every endpoint")
    func served() async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.get("/api-docs/openapi.json")
            #expect(reply.status == 200)
            let document = try JSONValue.parse(reply.body)
            #expect(document["openapi"] == "3.1.0")
            for endpoint in Self.endpoints {
                let operation = document["paths"]?[endpoint.path]?[endpoint.method.rawValue.lowercased()]
                #expect(operation?["operationId"] == .string(endpoint.id))
                #expect(operation?["responses"]?["405"]?["content"]?["application/json"] != nil, "\(endpoint.id)")
            }
            let page = try await gateway.get("/api-docs/")
            #expect(page.status == 200)
            for endpoint in Self.endpoints { #expect(page.text.contains("id=\"\(endpoint.id)\"")) }
            #expect(try await gateway.send("HEAD", "/api-docs/").status == 200)
            #expect(try await gateway.send("POST", "/api-docs/").status == 405)
        }
    }

    @Test("the page shows what is inside of bodies and answers")
    func nested() async throws {
        try await TestGateway.run { (gateway) async throws in
            let page = try await gateway.get("/api-docs/").text
            let sections = page.components(separatedBy: "<section>")
            func section(_ id: String) throws -> String { try #require(sections.first { $0.contains("<h3 id=\"\(id)\"") }) }
            let send = try section("sendTransactional")
            for name in ["message_parts[].content_type", "headers", "message.from_email_address", "delivery_decision.reason", "rendered.subject"] {
                #expect(send.contains("<code>\(name)</code>"), "\(name)")
            }
            #expect(send.contains("At most 64 KiB as JSON.") && send.contains("Fields of the answer <code>202</code>"))
            #expect(try section("listSegments").contains("<code>segments[].rules</code>"))
            #expect(page.contains("<code>error.fields.*</code>") == false && page.contains("<code>error.fields</code>"))
        }
    }

    @Test("a key without the scope is told which one, for every endpoint", arguments: endpoints.map(\.id))
    func scopes(id: String) async throws {
        let endpoint = try #require(Self.endpoints.first { $0.id == id })
        guard case .key(let scope) = endpoint.access else { return }
        try await TestGateway.run(FakeBackend(scopes: ["nothing"])) { (gateway) async throws in
            let target = DocumentationExample(endpoint: endpoint).target
            let (status, json) = try await gateway.api(endpoint.method.rawValue, target, endpoint.method == .get ? nil : "{}")
            #expect(status == 403)
            #expect(json["error"]?["code"] == "insufficient_scope")
            #expect(json["error"]?["required_scope"] == .string(scope.rawValue))
        }
    }

    @Test("without a key every endpoint by key answers 401", arguments: endpoints.map(\.id))
    func keyless(id: String) async throws {
        let endpoint = try #require(Self.endpoints.first { $0.id == id })
        guard case .key = endpoint.access else { return }
        try await TestGateway.run { (gateway) async throws in
            #expect(try await gateway.send(endpoint.method.rawValue, DocumentationExample(endpoint: endpoint).target).status == 401)
        }
    }
}
