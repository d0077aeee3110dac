import Contracts
import Foundation
import HTTPTypes
import JSON
import JSONRPC
import Model
import Testing
import Tokens

@testable import Gateway

@Suite("The confirm page of double opt-in", .timeLimit(.minutes(1)))
struct ConfirmTests {
    private func path(_ gateway: TestGateway, _ id: Int64, _ purpose: TokenPurpose = .confirm) -> String {
        "/confirm/\(gateway.signer.sign(purpose, kind: .transactional, messageID: id))"
    }

    private func confirmations(_ gateway: TestGateway) -> [ConfirmSubscription] {
        gateway.backend.state.now.contactCalls.compactMap { $0 as? ConfirmSubscription }
    }

    @Test("a GET or HEAD shows a button and confirms nothing, so that scanners confirm nothing")
    func page() async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.get(path(gateway, 1))
            #expect(reply.status == 200)
            #expect(reply.text.contains(#"<form method="post">"#) && reply.text.contains("a***@example.org"))
            #expect(reply.text.contains("App &lt;1&gt;") && reply.text.contains("&lt;b&gt;news") && !reply.text.contains("<b>news"))
            #expect(try await gateway.send("HEAD", path(gateway, 1)).status == 200)
            #expect(confirmations(gateway).isEmpty)
        }
    }

    @Test("the POST of the button confirms, with the network that it came from")
    func post() async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send("POST", path(gateway, 1), body: [])
            #expect(reply.status == 200 && reply.text.contains("Thank you"))
            #expect(confirmations(gateway).map(\.requestID) == [1])
            #expect(confirmations(gateway).map(\.confirmedFrom) == ["127.0.0.0"])
        }
    }

    @Test("a confirmed link says so, an expired one is gone, and any other token is a page that is not there")
    func others() async throws {
        try await TestGateway.run { (gateway) async throws in
            #expect(try await gateway.get(path(gateway, 2)).text.contains("Thank you"))
            for method in ["GET", "POST"] {
                #expect(try await gateway.send(method, path(gateway, 3), body: method == "POST" ? [] : nil).status == 410)
                #expect(try await gateway.send(method, path(gateway, 9), body: method == "POST" ? [] : nil).status == 404)
                for token in [path(gateway, 1, .unsubscribe), path(gateway, 1, .click), "/confirm/x", path(gateway, 1) + "A"] {
                    #expect(try await gateway.send(method, token, body: method == "POST" ? [] : nil).status == 404)
                }
            }
            #expect(confirmations(gateway).map(\.requestID) == [3, 9])
        }
    }

    @Test("while Audience is away nothing is confirmed, and the page asks to try again")
    func away() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.audience.isUp = false
            #expect(try await gateway.get(path(gateway, 1)).status == 503)
            #expect(try await gateway.send("POST", path(gateway, 1), body: []).status == 503)
        }
    }

    @Test(
        "faults of a request are told together",
        arguments: [
            (#""email":"a@example.com""#, #"{"wording":"required"}"#),
            (#""email":"nope","wording":"x","ip_address":"here""#, #"{"email":"invalid","ip_address":"invalid"}"#),
        ]
    )
    func faults(body: String, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("POST", "/api/subscriptions/request", "{\"audience\":\"main\",\"client\":\"app\",\(body)}")
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["fields"] == (try JSONValue.parse(fields)))
        }
    }

    @Test(
        "of an address only the network is kept",
        arguments: [
            ("192.0.2.7", "192.0.2.0"), ("2001:db8:1:2::3", "2001:db8:1::"), ("::1", "::"), ("1.2.3", nil), ("x", nil), ("1.2.3.4, 5.6.7.8", nil),
        ]
    )
    func networks(text: String, network: String?) {
        #expect(ClientAddress.network(of: text) == network)
    }

    @Test("a client without the template gets the built-in one, and its own is left alone")
    func template() async throws {
        for stored in [nil, ConfirmationTemplate.key, "own"] as [String?] {
            let delivery = TemplatesOfClient(stored)
            try await ConfirmationTemplate.check(Self.request(stored == "own" ? "own" : nil), Self.scope, delivery.caller())
            #expect(await delivery.puts == (stored == nil ? [ConfirmationTemplate.key] : []))
            await #expect(throws: APIError.self) {
                try await ConfirmationTemplate.check(Self.request("absent"), Self.scope, delivery.caller())
            }
        }
    }

    @Test("a mail that cannot be sent for another reason gives the client no template either")
    func faults() async throws {
        let delivery = TemplatesOfClient(nil)
        do {
            try await ConfirmationTemplate.check(Self.request(nil), Self.scope, delivery.caller(faults: ["from_email": "not_configured"]))
            Issue.record("accepted")
        } catch {
            #expect(error.status == .badRequest && error.error["fields"] == ["from_email": "not_configured"])
        }
        #expect(await delivery.puts == [])
    }

    private static let scope = ScopeResolution.Scope(
        client: FakeBackend.identity,
        audience: ResolvedAudience(audienceID: AudienceID(3), slug: "main", name: "Main")
    )

    private static func request(_ templateKey: String?) -> RequestSubscription {
        RequestSubscription(
            scope: scope.ids,
            email: "a@example.com",
            tags: [],
            attributes: nil,
            wording: "yes",
            source: "",
            requestedFrom: "",
            requestID: 1,
            confirmURL: "https://mail.example.org/confirm/x",
            templateKey: templateKey
        )
    }
}

/// What Delivery says to dry runs of a client that has one template, or none.
private actor TemplatesOfClient {
    private var known: Set<String>
    private(set) var puts: [String] = []

    init(_ stored: String?) { known = stored.map { [$0] } ?? [] }

    private func put(_ key: String) {
        puts.append(key)
        known.insert(key)
    }

    nonisolated func caller(faults: [String: String] = [:]) -> InProcessCaller {
        var methods = RPCMethodTable()
        methods.on(SendTransactional.self) { call, _ in
            var failure = ValidationFailure(faults)
            if await !self.known.contains(call.message.templateKey) { failure.fields["template_key"] = "not_found" }
            guard failure.fields.isEmpty, call.dryRun else { throw failure }
            return try FakeBackend.receipt(call.message, dryRun: true)
        }
        methods.on(PutTemplate.self) { call, _ in
            await self.put(call.key)
            let record = TemplateRecord(
                key: call.key,
                version: 1,
                content: call.content,
                createdAt: FakeBackend.time,
                updatedAt: FakeBackend.time
            )
            return StoredTemplate(template: record, created: true)
        }
        return InProcessCaller(methods, as: .gateway)
    }
}
