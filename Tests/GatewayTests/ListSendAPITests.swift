import Contracts
import JSON
import Model
import Testing

@testable import Gateway

/// What the gateway makes of a send to many; what becomes of the messages is tested in Delivery and end to end.
@Suite("Sends to lists over HTTP", .timeLimit(.minutes(1)))
struct ListSendAPITests {
    static let path = "/api/recipient-lists/hw/transactional-send"
    static let transient = "/api/transient-recipient-lists/transactional-send"

    private static func body(_ more: [(key: String, value: JSONValue)] = []) -> String {
        var members: [(key: String, value: JSONValue)] = [
            (key: "audience", value: "main"), (key: "client", value: "app"), (key: "template_key", value: "hello"),
            (key: "idempotency_key", value: "k"),
        ]
        for (key, value) in more {
            if let index = members.firstIndex(where: { $0.key == key }) { members[index].value = value } else { members.append((key, value)) }
        }
        return JSONValue.object(JSONObject(members)).text
    }

    private static func member(_ number: Int, _ metadata: JSONValue = [:]) -> JSONValue {
        ["source_object_key": .string("sub:\(number)"), "email": .string("p\(number)@example.com"), "metadata": metadata]
    }

    private func hold(_ count: Int, _ gateway: TestGateway, metadata: String? = nil) {
        gateway.backend.state.change { state in
            state.members = (0..<count).map {
                ListMemberChange(sourceObjectKey: "sub:\($0)", email: "p\($0)@example.com", metadata: metadata)
            }
        }
    }

    @Test("500 members with a context of 35 KB are more than one call can carry, and all get their message")
    func largeContext() async throws {
        try await TestGateway.run { (gateway) async throws in
            hold(500, gateway)
            let text = String(repeating: "x", count: 35_000)
            let answer = try await gateway.api("POST", Self.path, Self.body([(key: "context", value: ["text": .string(text)])]))
            #expect(answer.status == 202 && answer.json["created_count"] == 500, "\(answer.status) \(answer.json.text.prefix(300))")
            let batches = gateway.backend.state.now.batches
            #expect(Set(batches.flatMap(\.messages).map(\.email)).count == 500)
            #expect(batches.allSatisfy { $0.encodedSize <= 5 << 20 })
            #expect(batches.flatMap(\.messages).allSatisfy { $0.context["text"] == .string(text) })
        }
    }

    @Test("a context nearly as large as a body goes member by member, members with large metadata too")
    func largest() async throws {
        try await TestGateway.run { (gateway) async throws in
            // Six times as much where DEL is escaped.
            let text = String(repeating: "\u{7F}", count: 3 << 20)
            let members: JSONValue = .array((0..<2).map { Self.member($0) })
            let huge = Self.body([(key: "context", value: ["text": .string(text)]), (key: "members", value: members)])
            let answer = try await gateway.api("POST", Self.transient, huge)
            #expect(answer.status == 202 && answer.json["created_count"] == 2, "\(answer.status) \(answer.json.text.prefix(300))")
            hold(150, gateway, metadata: "{\"m\":\"\(String(repeating: "y", count: 60_000))\"}")
            let large = try await gateway.api("POST", Self.path, Self.body())
            #expect(large.status == 202 && large.json["created_count"] == 150, "\(large.status) \(large.json.text.prefix(300))")
        }
    }

    @Test("metadata over 64 KiB is refused with its place", arguments: [path, transient])
    func metadata(path: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let large: JSONValue = ["m": .string(String(repeating: "y", count: 64 << 10))]
            let body = Self.body([(key: "members", value: [Self.member(1), Self.member(2, large)]), (key: "metadata", value: large)])
            let answer = try await gateway.api("POST", path, body)
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["fields"] == ["members.1.metadata": "too_long", "metadata": "too_long"])
            #expect(gateway.backend.state.now.batches.isEmpty && gateway.backend.state.now.reconciled.isEmpty)
        }
    }

    @Test("what Delivery says against the messages is told before the list is changed or a message is stored", arguments: [path, transient])
    func checked(path: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let members: JSONValue = [Self.member(1)]
            let body = Self.body([(key: "headers", value: ["From": "x@example.com"]), (key: "members", value: members)])
            let answer = try await gateway.api("POST", path, body)
            #expect(answer.status == 400 && answer.json["error"]?["fields"] == ["headers.From": "reserved"])
            let all = Self.body([
                (key: "headers", value: ["From": "x@example.com"]), (key: "members", value: members), (key: "client", value: "other"),
                (key: "context", value: []),
            ])
            let together = try await gateway.api("POST", path, all)
            #expect(together.status == 403)
            let expected: JSONValue = ["client": "forbidden", "context": "must_be_object", "headers.From": "reserved"]
            #expect(together.json["error"]?["fields"] == expected)
            let state = gateway.backend.state.now
            #expect(state.reconciled.isEmpty && state.batches.isEmpty && state.sends.allSatisfy(\.dryRun))
        }
    }

    @Test("an empty list validates too")
    func emptyList() async throws {
        try await TestGateway.run { (gateway) async throws in
            let refused = try await gateway.api("POST", Self.path, Self.body([(key: "headers", value: ["From": "x"])]))
            #expect(refused.status == 400 && refused.json["error"]?["fields"] == ["headers.From": "reserved"])
            let named = try await gateway.api("POST", Self.path, Self.body([(key: "template_key", value: "named")]))
            #expect(named.status == 202 && named.json["created_count"] == 0, "nobody lacks anything: \(named.json.text)")
        }
    }

    @Test("the context is checked over stored and named members, as the list will be")
    func union() async throws {
        try await TestGateway.run { (gateway) async throws in
            let named: (key: String, value: JSONValue) = (key: "template_key", value: "named")
            func send(_ member: JSONValue, removesAbsent: Bool) async throws -> (status: Int, json: JSONValue) {
                let body = Self.body([named, (key: "members", value: [member]), (key: "remove_absent", value: .bool(removesAbsent))])
                return try await gateway.api("POST", Self.path, body)
            }
            let complete = Self.member(7, ["name": "P7"])
            hold(2, gateway)
            let kept = try await send(complete, removesAbsent: false)
            #expect(kept.status == 400 && kept.json["error"]?["fields"] == ["context.name": "required"])
            #expect(gateway.backend.state.now.reconciled.isEmpty && gateway.backend.state.now.batches.isEmpty)
            // Who will be removed need not be complete; a named member without metadata keeps what is stored.
            #expect(try await send(complete, removesAbsent: true).status == 202)
            hold(2, gateway, metadata: #"{"name":"stored"}"#)
            let silent: JSONValue = ["source_object_key": "sub:1", "email": "p1@example.com"]
            #expect(try await send(silent, removesAbsent: false).status == 202)
            hold(0, gateway)
            #expect(try await send(silent, removesAbsent: false).status == 400)
        }
    }

    @Test("who cannot be mailed is counted and named, and the others get theirs")
    func failures() async throws {
        try await TestGateway.run { (gateway) async throws in
            var members = (0..<3).map { Self.member($0) }
            members[0] = ["source_object_key": "gone", "email": "erased@example.com"]
            let answer = try await gateway.api("POST", Self.transient, Self.body([(key: "members", value: .array(members))]))
            #expect(answer.status == 202 && answer.json["created_count"] == 2 && answer.json["skipped_count"] == 1, "\(answer.json.text)")
            #expect(answer.json["failures"] == [["source_object_key": "gone", "fields": ["email": "erased"]]])
        }
    }

    @Test("the longest keys of request and member make a key that Delivery takes, each its own")
    func longKeys() async throws {
        try await TestGateway.run { (gateway) async throws in
            let base = String(repeating: "b", count: 150)
            let keys = ["m", String(repeating: "m", count: 104), String(repeating: "m", count: 105), String(repeating: "é", count: 255)]
            let members = keys.map { ["source_object_key": .string($0), "email": "p@example.com"] as JSONValue }
            let body = Self.body([(key: "idempotency_key", value: .string(base)), (key: "members", value: .array(members))])
            #expect(try await gateway.api("POST", Self.transient, body).status == 202)
            let made = gateway.backend.state.now.batches.flatMap(\.messages).compactMap(\.idempotencyKey)
            #expect(Set(made).count == 4 && made.allSatisfy { $0.unicodeScalars.count <= 255 })
            #expect(Array(made.prefix(2)) == ["\(base):m", "\(base):\(keys[1])"], "what fits stays as it was")
            #expect(ListSend.key(base, keys[3]) == made[3])
        }
    }
}
