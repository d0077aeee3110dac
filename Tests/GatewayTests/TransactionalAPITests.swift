import Contracts
import JSON
import Testing

@testable import Gateway

/// The wire of templates and transactional mail; what Delivery decides is tested there.
@Suite("Transactional mail over HTTP", .timeLimit(.minutes(1)))
struct TransactionalAPITests {
    private static let message = """
        {"id": 1, "email": "tx@example.com", "from_email": "courses", "from_email_address": "Courses <courses@example.com>", "reply_to": "", "cc": [], \
        "bcc": [], "status": "queued", "template_key": "hello", "idempotency_key": "k1", "created_at": "2026-11-23T18:11:51.294394Z"}
        """

    /// As a dry run shows it.
    private static let unstored = message.replacing("\"id\": 1", with: "\"id\": null")
        .replacing("\"2026-11-23T18:11:51.294394Z\"", with: "null")

    @Test("sends are answered with the recorded status, keys and types")
    func sends() async throws {
        try await TestGateway.run { gateway in
            let rows: [(body: String, status: Int, sample: String)] = [
                (
                    #"{"email":"tx@example.com","template_key":"hello","context":{"name":"Ann"}}"#, 202,
                    #"{"message":M,"idempotent_replay":false,"enqueued":true}"#
                ),
                (
                    #"{"email":"tx@example.com","template_key":"hello","dry_run":true}"#, 202,
                    #"{"message":M0,"idempotent_replay":false,"enqueued":false,"rendered":{"subject":"s","html_body":"h","text_body":"t"},"would_deliver":true,"delivery_decision":{"allowed":true,"reason":""}}"#
                ),
                (
                    #"{"email":"bounced@example.com","template_key":"hello"}"#, 409,
                    #"{"message":M,"idempotent_replay":false,"enqueued":false,"error":{"code":"transactional_suppressed","message":"m","reason":"hard_bounce"}}"#
                ),
                (
                    #"{"email":"tx@example.com","template_key":"nope"}"#, 404,
                    #"{"error":{"code":"validation_error","fields":{"template_key":"not_found"}}}"#
                ),
                (#"{}"#, 400, #"{"error":{"code":"validation_error","fields":{"email":"required","template_key":"required"}}}"#),
            ]
            for row in rows {
                let answer = try await gateway.api("POST", "/api/transactional/send", row.body)
                let sample = row.sample.replacing("M0", with: Self.unstored).replacing(
                    "M,",
                    with: Self.message + ","
                )
                #expect(answer.status == row.status, "\(row.body): \(answer.json.text)")
                #expect(SampleShape.differences(try JSONValue.parse(sample), answer.json).isEmpty, "\(answer.json.text)")
            }
        }
    }

    @Test("faults of the body's shape and those of the service are told together")
    func faults() async throws {
        try await TestGateway.run { gateway in
            let body = #"{"email":5,"template_key":"nope","cc":"x","headers":{"X":1},"context":[],"audience":"main","client":"app"}"#
            let answer = try await gateway.api("POST", "/api/transactional/send", body)
            #expect(answer.status == 400)
            let fields = answer.json["error"]?["fields"]
            for (field, reason) in [
                ("email", "must_be_string"), ("template_key", "not_found"), ("cc", "must_be_list"), ("headers.X", "must_be_string"),
                ("context", "must_be_object"),
            ] { #expect(fields?[field]?.stringValue == reason, "\(field) of \(answer.json.text)") }
            let other = try await gateway.api(
                "POST",
                "/api/transactional/send",
                #"{"email":"a@example.com","template_key":"hello","client":"other"}"#
            )
            #expect(other.status == 403 && other.json["error"]?["fields"]?["client"] == "forbidden")
            let both = try await gateway.api(
                "POST",
                "/api/transactional/send",
                #"{"email":"x","template_key":"nope","client":"other","reply_to":1,"audience":"zzz"}"#
            )
            #expect(both.status == 403)
            let all: JSONValue = [
                "audience": "not_found", "client": "forbidden", "email": "invalid", "reply_to": "must_be_string", "template_key": "not_found",
            ]
            #expect(both.json["error"]?["fields"] == all)
        }
    }

    @Test("each message of a batch has its own answer")
    func batch() async throws {
        try await TestGateway.run { gateway in
            let body = """
                {"messages":[{"email":"a@example.com","template_key":"hello"},{"email":"bounced@example.com","template_key":"hello"},
                {"email":"x","template_key":"hello"},{"email":"a@example.com","template_key":"nope"},5]}
                """
            let answer = try await gateway.api("POST", "/api/transactional/send-batch", body)
            #expect(answer.status == 202)
            let results = answer.json["results"]?.arrayValue ?? []
            #expect(results.map { $0["status"]?.int64Value } == [202, 409, 400, 404, 400])
            #expect(results.map { $0["index"]?.int64Value } == [0, 1, 2, 3, 4])
            #expect(answer.json["failed_count"] == 3 && answer.json["enqueued_count"] == 1)
            for body in [#"{"messages":[]}"#, #"{}"#, #"{"messages":[\#(Array(repeating: "{}", count: 501).joined(separator: ","))]}"#] {
                #expect(try await gateway.api("POST", "/api/transactional/send-batch", body).status == 400)
            }
        }
    }

    @Test("templates have the recorded keys; faults carry line and reason")
    func templates() async throws {
        try await TestGateway.run { gateway in
            let body = #"{"name":"Hello","subject":"Hi {{ name }}","required_context":[{"name":"name","description":"Name"},"code"]}"#
            let put = try await gateway.api("PUT", "/api/transactional/templates/hello", body)
            #expect(put.status == 200)
            let sample = """
                {"template": {"key": "hello", "client": "app", "name": "Hello", "description": "", "subject": "s", "html_body": "", "text_body": "", \
                "required_context": [{"name": "name", "description": "Name"}], "example_context": {}, "default_sender_id": "", \
                "is_transactional": true, "is_active": true, "created_at": "t", "updated_at": "t"}, "created": true}
                """
            #expect(SampleShape.differences(try JSONValue.parse(sample), put.json).isEmpty, "\(put.json.text)")
            #expect(put.json["template"]?["required_context"]?.arrayValue?.count == 2)
            let invalid = try await gateway.api("PUT", "/api/transactional/templates/hello", #"{"subject": ""}"#)
            #expect(invalid.status == 400 && invalid.json["error"]?["fields"] == ["name": "required", "subject": "required"])
            let missing = try await gateway.api("GET", "/api/transactional/templates/nope")
            #expect(missing.status == 404 && missing.json["error"]?["fields"]?["template_key"] == "not_found")
            let method = try await gateway.api("GET", "/api/transactional/send")
            #expect(method.status == 405 && method.json["error"]?["allowed_methods"] == ["POST"])
            #expect(try await gateway.api("GET", "/api/transactional/messages/0").status == 404)
        }
    }

    @Test("what is kept or multiplied has counts and sizes, told before any service is asked")
    func limits() async throws {
        try await TestGateway.run { gateway in
            let headers = (0..<21).map { "\"X-\($0)\":\"v\"" }.joined(separator: ",")
            let large = "{\"m\":\"\(String(repeating: "y", count: 64 << 10))\"}"
            let send = "{\"email\":\"a@example.com\",\"template_key\":\"hello\",\"headers\":{\(headers)},\"metadata\":\(large)}"
            let sent = try await gateway.api("POST", "/api/transactional/send", send)
            #expect(sent.status == 400 && sent.json["error"]?["fields"] == ["headers": "too_many", "metadata": "too_long"], "\(sent.json.text)")
            // Each of these would be ten times as long in the call.
            let names = Array(repeating: "\"\"", count: 2_000_000).joined(separator: ",")
            let put = "{\"name\":\"N\",\"subject\":\"s\",\"required_context\":[\(names)],\"example_context\":\(large)}"
            let stored = try await gateway.api("PUT", "/api/transactional/templates/hello", put)
            #expect(stored.status == 400)
            #expect(stored.json["error"]?["fields"] == ["example_context": "too_long", "required_context": "too_many"])
        }
    }

    @Test("a request that does not fit into a call is a 413, and no server error")
    func tooLong() async throws {
        try await TestGateway.run { gateway in
            gateway.backend.delivery.isStrict = true
            let answer = try await gateway.api("POST", "/api/transactional/send", #"{"email":"a@example.com","template_key":"hello"}"#)
            #expect(answer.status == 413 && answer.json["error"]?["code"] == "request_too_large")
        }
    }
}
