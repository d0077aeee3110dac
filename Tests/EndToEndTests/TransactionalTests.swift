import Contracts
import Foundation
import JSON
import Model
import Testing

extension EndToEnd {
    /// Transactional mail with real processes.
    @Suite("Transactional mail", .serialized) struct Transactional {
        @Test("the command-line client of the original works: the first send stores its template, later ones do not", .timeLimit(.minutes(15)))
        func commandLine() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUp(ses.environment) { up, upFolder in
                let tenant = try await Tenant(up)
                func cli(_ words: String..., code: Int32 = 0) async throws -> String {
                    let python = "/usr/bin/python3"
                    let environment = ["DATAMAILER_URL": up.url, "DATAMAILER_API_KEY": tenant.apiKey, "PATH": "/usr/bin:/bin"]
                    let process = try await KeptProcess.start(
                        [python, Fixtures.path("mail_cli.py")] + words,
                        environment: environment,
                        folder: upFolder,
                        name: "cli-\(UUID().uuidString.prefix(8))"
                    )
                    #expect(try await process.end(within: .seconds(30)) == code, "\(process.output)\(process.errors)")
                    return process.output + process.errors
                }
                #expect(try await cli("whoami").hasPrefix("acme/shop (shop)\n* team Acme Team <team@acme.example>"))
                let set = try await cli("senders", "--set", "team=team@acme.example", "--set", "news=News <n@acme.example>", "--default", "news")
                #expect(set.contains("* news News <n@acme.example>"))
                let first = try await cli("send", "ann@example.com", "Hello", "--body", "a <b>\nc", "--key", "k1")
                #expect(first.hasPrefix("template cli-message stored\n") && first.contains("ann@example.com queued replay=False"))
                let id = try #require(first.split(separator: "\n").last?.split(separator: " ").first)
                let again = try await cli("send", "ann@example.com", "Hello", "--body", "a <b>\nc", "--key", "k1")
                #expect(again.hasPrefix("\(id) ann@example.com") && again.hasSuffix("replay=True\n"))
                let other = try await cli("send", "ann@example.com", "Other", "--body", "x", "--key", "k1", code: 1)
                #expect(other.contains("validation_error {\"idempotency_key\": \"body_mismatch\"}"))
                _ = try await cli("send", "bob@example.com", "Hi", "--html", "--body", "<i>x</i>", "--sender", "team")
                try await eventually("both are sent") { try await ses.acceptedCount() == 2 }
                try await eventually("the status says so") { try await cli("status", String(id)).contains("\(id) sent ann@example.com 'Hello'") }
                let status = try await cli("status", String(id))
                #expect(status.contains(" sent\n") && status.hasSuffix(" queued\n"))
                #expect(try await cli("status", "999999", code: 1).contains("message_id"))
            }
            try await ses.end()
        }

        @Test(
            "a list send gives each active member one message, later ones only to whom has none; a transient list is not stored",
            .timeLimit(.minutes(15))
        )
        func lists() async throws {
            try await withUp { up, _ in
                let tenant = try await Tenant(up)
                try await TransactionalLoad.putTemplate(up, tenant)
                let scope: [(key: String, value: JSONValue)] = [(key: "audience", value: "news"), (key: "client", value: "shop")]
                func post(_ path: String, _ members: [(key: String, value: JSONValue)]) async throws -> (status: Int, json: JSONValue) {
                    try await up.api("POST", path, key: tenant.apiKey, .object(JSONObject(scope + members)))
                }
                let people: [JSONValue] = (1...3).map { number in
                    [
                        "source_object_key": .string("sub:\(number)"), "email": .string("p\(number)@example.com"),
                        "metadata": ["name": .string("P\(number)")],
                    ]
                }
                let send: [(key: String, value: JSONValue)] = [
                    (key: "template_key", value: "hello"), (key: "idempotency_key", value: "hw"), (key: "context", value: [:]),
                ]
                let path = "/api/recipient-lists/course:hw/transactional-send"
                #expect(try await post(path, send).status == 404)
                let nameless: JSONValue = ["source_object_key": "sub:9", "email": "p9@example.com"]
                let refused = try await post(path, send + [(key: "members", value: .array([nameless]))])
                #expect(refused.status == 400 && refused.json["error"]?["fields"]?["context.name"] == "required")
                let first = try await post(path, send + [(key: "members", value: .array(Array(people.prefix(2))))])
                #expect(first.status == 202 && first.json["created_count"] == 2 && first.json["enqueued_count"] == 2, "\(first.json.text)")
                #expect(first.json["member_sync"]?["upsert_count"] == 2 && first.json["recipient_list"]?["active_member_count"] == 2)
                let more = try await post(path, send + [(key: "members", value: .array(people))])
                #expect(more.json["created_count"] == 1 && more.json["idempotent_replay_count"] == 2, "\(more.json.text)")
                let again = try await post(path, send)
                #expect(again.json["created_count"] == 0 && again.json["idempotent_replay_count"] == 3 && again.json["member_sync"] == nil)
                let transient = "/api/transient-recipient-lists/transactional-send"
                let adhoc = try await post(transient, send + [(key: "members", value: .array(people)), (key: "list", value: ["key": "adhoc"])])
                #expect(adhoc.status == 202 && adhoc.json["transient_recipient_list"]?["member_count"] == 3, "\(adhoc.json.text)")
                #expect(adhoc.json["idempotent_replay_count"] == 3)
                let empty = try await post(transient, send + [(key: "members", value: [])])
                #expect(empty.status == 400 && empty.json["error"]?["fields"] == ["members": "required"])
            }
        }

        @Test("a list send that cannot be sent is refused before the list is changed and before any message is stored", .timeLimit(.minutes(15)))
        func refusedLists() async throws {
            try await withUp { up, _ in
                let tenant = try await Tenant(up)
                try await TransactionalLoad.putTemplate(up, tenant)
                let scope: [(key: String, value: JSONValue)] = [(key: "audience", value: "news"), (key: "client", value: "shop")]
                func call(
                    _ method: String,
                    _ path: String,
                    _ members: [(key: String, value: JSONValue)]
                ) async throws -> (status: Int, json: JSONValue) {
                    try await up.api(method, "/api/recipient-lists/course:\(path)", key: tenant.apiKey, .object(JSONObject(scope + members)))
                }
                func member(_ number: Int, _ metadata: JSONValue) -> JSONValue {
                    ["source_object_key": .string("sub:\(number)"), "email": .string("p\(number)@example.com"), "metadata": metadata]
                }
                let stored: JSONValue = [member(1, ["name": "P1"]), member(2, [:])]
                #expect(try await call("POST", "hw/members/bulk-upsert", [(key: "members", value: stored)]).status == 200)
                #expect(try await call("PUT", "empty", []).status == 200)
                let named: (key: String, value: JSONValue) = (key: "members", value: [member(3, ["name": "P3"])])
                let kept: (key: String, value: JSONValue) = (key: "remove_absent", value: false)
                let rows: [(list: String, more: [(key: String, value: JSONValue)], field: String, reason: String)] = [
                    ("hw", [named, (key: "headers", value: ["From": "x@example.com"])], "headers.From", "reserved"),
                    ("hw", [named, (key: "from_email", value: "zzz")], "from_email", "not_configured"),
                    ("hw", [named, (key: "reply_to", value: "x y")], "reply_to", "invalid"),
                    ("hw", [named, (key: "send_at", value: "2199-01-01T00:00:00Z")], "send_at", "too_far"),
                    ("hw", [named, kept], "context.name", "required"), ("hw", [], "context.name", "required"),
                    ("empty", [(key: "from_email", value: "zzz")], "from_email", "not_configured"),
                    ("empty", [(key: "headers", value: ["X-A": "a\nb"])], "headers.X-A", "invalid_value"),
                ]
                let send: [(key: String, value: JSONValue)] = [(key: "template_key", value: "hello"), (key: "idempotency_key", value: "hw")]
                for row in rows {
                    let answer = try await call("POST", "\(row.list)/transactional-send", send + row.more)
                    #expect(answer.status == 400, "\(row.field): \(answer.json.text)")
                    #expect(answer.json["error"]?["fields"] == .object(JSONObject([(key: row.field, value: .string(row.reason))])))
                    let path = "/api/recipient-lists/course:hw/members?audience=news&client=shop&limit=10"
                    let members = try await up.api("GET", path, key: tenant.apiKey).json["members"]?.arrayValue ?? []
                    #expect(members.map { $0["source_object_key"] } == ["sub:1", "sub:2"], "\(row.field)")
                }
                let sent = try await call("POST", "hw/transactional-send", send + [(key: "context", value: ["name": "all"])])
                #expect(sent.status == 202 && sent.json["created_count"] == 2, "\(sent.json.text)")
                // Numbers are given to stored messages only: these are the first two.
                for id in 1...2 { #expect(try await up.api("GET", "/api/transactional/messages/\(id)", key: tenant.apiKey).status == 200) }
            }
        }

        @Test("an idle machine hands a message to the provider within a moment", .timeLimit(.minutes(15)))
        func quick() async throws {
            try await withUp { up, _ in
                let tenant = try await Tenant(up)
                try await TransactionalLoad.putTemplate(up, tenant)
                let sent = try await TransactionalLoad.send(up, tenant, key: "one")
                try await eventually("it is sent", within: .seconds(10)) {
                    let call = GetTransactionalMessage(scope: tenant.scope, messageID: sent)
                    return try await up.call(call).message.status == .sent
                }
            }
        }
    }
}

/// Transactional requests of a test.
enum TransactionalLoad {
    static func putTemplate(_ up: UpProcess, _ tenant: Tenant) async throws {
        var content = TemplateContent(name: "Hello", subject: "Hi {{ name }}")
        content.htmlBody = "<p>Hi {{ name }}</p>"
        content.requiredContext = [RequiredContext(name: "name", description: "")]
        _ = try await up.call(PutTemplate(scope: tenant.scope, key: "hello", content: content))
    }

    /// Asks until it is accepted, as a client does that has an idempotency key.
    static func send(_ up: UpProcess, _ tenant: Tenant, key: String) async throws -> TransactionalMessageID {
        let body: JSONValue = [
            "email": .string("\(key)@example.com"), "template_key": "hello", "idempotency_key": .string(key), "context": ["name": "Ann"],
        ]
        return try await eventually("\(key) is accepted", within: .seconds(60)) {
            guard let answer = try? await up.api("POST", "/api/transactional/send", key: tenant.apiKey, body), answer.status == 202 else {
                return nil
            }
            return answer.json["message"]?["id"]?.int64Value.map { TransactionalMessageID($0) }
        }
    }
}
