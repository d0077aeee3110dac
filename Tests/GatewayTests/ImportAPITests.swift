import Contracts
import Foundation
import JSON
import Testing

@testable import Gateway

@Suite("The CSV import", .timeLimit(.minutes(1)))
struct ImportAPITests {
    static let path = "/api/contacts/imports/csv"
    static let csv = "email,tags\nc1@example.com,t1;t2\nbad,\nc2@example.com,\n"

    @Test("JSON and multipart give the recorded keys, rows and errors", arguments: [true, false])
    func forms(isMultipart: Bool) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = isMultipart ? try await upload(gateway, Array(Self.csv.utf8)) : try await inline(gateway, Self.csv)
            #expect(reply.status == 200)
            let json = try JSONValue.parse(reply.body)
            #expect(json.objectValue?.keys == ["dry_run", "idempotency_key", "counts", "results", "errors"])
            #expect(json["counts"]?.objectValue?.keys == ["total", "created", "updated", "unchanged", "skipped", "invalid"])
            let result = try #require(json["results"]?.arrayValue?.first)
            let contact = try JSONValue.parse(ContactsAPITests.contact)
            #expect(SampleShape.differences(["index": 0, "item": 1, "action": "created", "contact": contact], result) == [])
            #expect(json["errors"]?.arrayValue?.first?["row"] == 3)
            #expect(json["errors"]?.arrayValue?.first?["errors"]?.text == #"{"email":"invalid"}"#)
        }
    }

    @Test("dry run, key and encoding of a form reach Audience as they mean")
    func options() async throws {
        try await TestGateway.run { (gateway) async throws in
            let fields = ["dry_run": "true", "idempotency_key": "k1", "encoding": "Latin1"]
            #expect(try await upload(gateway, Array("email,name\na@example.com,J".utf8) + [0xFC, 0x0A], fields).status == 200)
            let begin = try #require(gateway.backend.state.now.imports.first)
            #expect(begin.dryRun)
            #expect(begin.encoding == "latin-1")
            #expect(begin.header == ["email", "name"])
            #expect(gateway.backend.state.now.pages.map(\.isLast) == [true])
        }
    }

    @Test("a large file goes in pages of whole records, in order")
    func pages() async throws {
        try await TestGateway.run { (gateway) async throws in
            let rows = (0..<6_000).map { "u\($0)@example.com\n" }.joined()
            let reply = try await upload(gateway, Array(("email\n" + rows).utf8))
            #expect(reply.status == 200)
            let pages = gateway.backend.state.now.pages
            #expect(pages.map(\.sequence) == [0, 1])
            #expect(pages.map(\.firstItem) == [1, 5_001])
            #expect(try JSONValue.parse(reply.body)["results"]?.arrayValue?.count == 6_000)
        }
    }

    @Test(
        "a file that cannot be read is 400 with its reason",
        arguments: [
            ("", "empty_file"), ("name\nAnn\n", "missing_column"), ("email,email\n", "duplicate_column"),
            ("email,\"x\n", "unterminated_quote"),
            ("\u{0}e\u{0}m", "unsupported_encoding"),
        ]
    )
    func unreadable(csv: String, reason: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await upload(gateway, Array(csv.utf8))
            #expect(reply.status == 400)
            #expect(try JSONValue.parse(reply.body)["error"]?["fields"]?.text == #"{"csv":"\#(reason)"}"#)
            #expect(gateway.backend.state.now.imports.isEmpty)
        }
    }

    @Test(
        "a request without a usable file is 400",
        arguments: [
            (#"{"audience":"main","client":"app"}"#, #"{"csv":"required"}"#),
            (#"{"audience":"main","client":"app","csv":7}"#, #"{"csv":"must_be_string"}"#),
            (#"{"csv":"email\n","dry_run":"maybe","encoding":"ebcdic"}"#, nil),
        ] as [(String, String?)]
    )
    func missing(body: String, fields: String?) async throws {
        try await TestGateway.run { (gateway) async throws in
            let answer = try await gateway.api("POST", Self.path, body)
            #expect(answer.status == 400)
            let expected = fields ?? #"{"audience":"required","client":"required","dry_run":"must_be_boolean","encoding":"invalid"}"#
            #expect(answer.json["error"]?["fields"]?.text == expected)
        }
    }

    @Test("more than 10,000 rows are stored in the background: 202 with a job; the same again is 200")
    func tooManyRows() async throws {
        try await TestGateway.run { (gateway) async throws in
            let file = Array(("email\n" + String(repeating: "a@example.com\n", count: 10_001)).utf8)
            let reply = try await upload(gateway, file, ["idempotency_key": "big"])
            #expect(reply.status == 202)
            let json = try JSONValue.parse(reply.body)
            #expect(json["created"] == true)
            #expect(json["import_job"]?["id"] == 9 && json["import_job"]?["status"] == "processing")
            let state = gateway.backend.state.now
            #expect(state.imports.map(\.isBackground) == [true] && state.pages.isEmpty)
            #expect(state.staged.map(\.firstItem) == [1, 5_001, 10_001])
            #expect(state.staged.map(\.isLast) == [false, false, true])
            let again = try await upload(gateway, file, ["idempotency_key": "big"])
            #expect(again.status == 200)
            #expect(try JSONValue.parse(again.body)["created"] == false)
            #expect(gateway.backend.state.now.staged.count == 3)
        }
    }

    @Test(
        "a broken multipart body is a missing file, never a crash",
        arguments: ["", "--b", "--b\r\n", "--b--", "--b\r\n\r\n--b--", "--b\r\n--b\r\n--b"]
    )
    func brokenMultipart(body: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send("POST", Self.path, headers("multipart/form-data; boundary=b"), body: Array(body.utf8))
            #expect(reply.status == 400)
            #expect(try JSONValue.parse(reply.body)["error"]?["fields"]?["csv"] == "required")
        }
    }

    private func headers(_ type: String) -> [String] { ["Authorization: Bearer \(TestGateway.apiKey)", "Content-Type: \(type)"] }

    private func inline(_ gateway: TestGateway, _ csv: String) async throws -> WireReply {
        let body: JSONValue = ["audience": "main", "client": "app", "csv": .string(csv)]
        return try await gateway.send("POST", Self.path, headers("application/json"), body: Array(body.text.utf8))
    }

    private func upload(_ gateway: TestGateway, _ csv: [UInt8], _ fields: [String: String] = [:]) async throws -> WireReply {
        var body: [UInt8] = []
        for (name, value) in fields.merging(["audience": "main", "client": "app"], uniquingKeysWith: { first, _ in first }) {
            body += Array("--BOUNDARYx\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
        }
        body += Array(
            "--BOUNDARYx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n".utf8
        )
        body += csv + Array("\r\n--BOUNDARYx--\r\n".utf8)
        return try await gateway.send("POST", Self.path, headers("multipart/form-data; boundary=BOUNDARYx"), body: body)
    }
}
