import Contracts
import Foundation
import JSON
import Testing

@testable import Gateway

@Suite("Imports of lists, and import jobs", .timeLimit(.minutes(1)))
struct ImportListAPITests {
    static let path = "/api/contacts/imports"

    @Test("a list gives the recorded results and errors, by index and item")
    func recorded() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = """
                {"audience": "main", "client": "app", "idempotency_key": "imp-1", "contacts": [
                    {"email": "i1@example.com", "status": "subscribed", "tags": ["t1"], "verified": true},
                    {"email": "i2@example.com"}, {"email": "bad"}, "x",
                    {"email": "i3@example.com", "tags": "t", "status": "lost", "verified": 1}, {}]}
                """
            let answer = try await gateway.api("POST", Self.path, body)
            #expect(answer.status == 200)
            #expect(answer.json.objectValue?.keys == ["dry_run", "idempotency_key", "counts", "results", "errors"])
            let result = try #require(answer.json["results"]?.arrayValue?.first)
            let contact = try JSONValue.parse(ContactsAPITests.contact)
            #expect(SampleShape.differences(["index": 0, "item": 1, "action": "created", "contact": contact], result) == [])
            let errors = answer.json["errors"]?.arrayValue?.map(\.text)
            #expect(
                errors == [
                    #"{"index":2,"item":3,"email":"bad","errors":{"email":"invalid"},"details":{"email":"the address has no @"}}"#,
                    #"{"index":3,"item":4,"errors":{"item":"must_be_object"}}"#,
                    #"{"index":4,"item":5,"email":"i3@example.com","errors":{"status":"invalid","tags":"must_be_list","verified":"must_be_boolean"}}"#,
                    #"{"index":5,"item":6,"errors":{"email":"required"}}"#,
                ]
            )
            let begin = try #require(gateway.backend.state.now.imports.first)
            #expect(begin.format == .json && begin.idempotencyKey == "imp-1" && begin.fingerprint?.count == 64 && begin.isBackground == false)
        }
    }

    @Test(
        "a body without a list is 400",
        arguments: [
            (#"{"audience":"main","client":"app"}"#, #"{"contacts":"must_be_list"}"#),
            (#"{"audience":"main","client":"app","contacts":{}}"#, #"{"contacts":"must_be_list"}"#),
            (#"{"audience":"main","client":"app","contacts":[],"dry_run":"maybe"}"#, #"{"dry_run":"must_be_boolean"}"#),
            (#"{"audience":"none","client":"app","contacts":[]}"#, #"{"audience":"not_found"}"#),
        ]
    )
    func invalid(body: String, fields: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("POST", Self.path, body)
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["fields"]?.text == fields)
            #expect(gateway.backend.state.now.imports.isEmpty)
        }
    }

    @Test("async makes a job of a small list, and an empty list is an import of nothing")
    func asynchronous() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = #"{"audience":"main","client":"app","async":true,"contacts":[{"email":"a@example.com"}, 7]}"#
            let answer = try await gateway.api("POST", Self.path, body)
            #expect(answer.status == 202)
            let page = try #require(gateway.backend.state.now.staged.first)
            #expect(page.isLast && page.refused.map(\.item) == [2])
            let empty = try await gateway.api("POST", Self.path, #"{"audience":"main","client":"app","contacts":[]}"#)
            #expect(empty.status == 200)
            #expect(empty.json["counts"]?["total"] == 0)
        }
    }

    @Test("a job is polled, and its refused rows come as a guarded CSV")
    func job() async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("GET", Self.path + "/9", "")
            #expect(answer.status == 200)
            let job = try #require(answer.json["import_job"]?.objectValue)
            #expect(job["status"] == "processing" && job["completed_at"] == .null)
            #expect(job["errors_url"] == "/api/contacts/imports/9/errors.csv")
            let headers = ["Authorization: Bearer \(TestGateway.apiKey)"]
            let file = try await gateway.send("GET", Self.path + "/9/errors.csv", headers)
            #expect(file.status == 200)
            let lines = String(decoding: file.body, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.count == 7)
            #expect(lines.prefix(3) == ["item,line,email,field,reason,details", "1,2,'=bad0,email,invalid,no @", "1,2,'=bad0,status,invalid,"])
            for path in ["/x", "/0", "/10", "/10/errors.csv", "/-1/errors.csv"] {
                let missing = try await gateway.api("GET", Self.path + path, "")
                #expect(missing.status == 404)
                #expect(missing.json["error"]?["fields"]?["import_job"] == "not_found")
            }
        }
    }
}
