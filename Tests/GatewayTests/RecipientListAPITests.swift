import Contracts
import JSON
import Model
import Testing

@testable import Gateway

@Suite("The API of recipient lists")
struct RecipientListAPITests {
    static let scope = #""audience":"main","client":"app""#

    private static let list: JSONValue = [
        "key": "ml:@e:@hw", "type": "homework_submitters", "name": "HW 1", "audience": "main", "client": "app", "metadata": [:],
        "member_count": 2, "active_member_count": 1, "last_reconciled_at": nil, "created_at": "2026-11-23T18:11:58.234290Z",
        "updated_at": "2026-11-23T18:11:58.234304Z",
    ]
    private static let member: JSONValue = [
        "source_object_key": "sub:1", "email": "learner@example.com", "contact_id": 1, "status": "active", "active": true,
        "removed_at": nil, "metadata": [:], "created_at": "2026-11-23T18:11:59.130564Z",
        "updated_at": "2026-11-23T18:11:59.130579Z",
    ]

    @Test("lists answer with the recorded keys; keys of paths are decoded")
    func lists() async throws {
        try await TestGateway.run { gateway in
            let body = #"{\#(Self.scope),"type":"homework_submitters","name":"HW 1","metadata":{"a":1}}"#
            let put = try await gateway.api("PUT", "/api/recipient-lists/ml:@e:@hw", body)
            #expect(put.status == 200)
            #expect(SampleShape.differences(["recipient_list": Self.list, "created": true], put.json).isEmpty)
            #expect(put.json["recipient_list"]?["type"] == "homework_submitters")
            #expect(put.json["recipient_list"]?["metadata"] == ["a": 1])
            let nested = #"{\#(Self.scope),"list":{"type":"registrants","name":"R"}}"#
            let again = try await gateway.api("PUT", "/api/recipient-lists/ml%3A%40e", nested)
            #expect(again.json["recipient_list"]?["name"] == "R" && again.json["recipient_list"]?["key"] == "ml:@e")
            let all = try await gateway.api("GET", "/api/recipient-lists/%3Call%3E?audience=main&client=app")
            #expect(all.json["recipient_list"]?["key"] == "<all>")
            let deleted = try await gateway.api("DELETE", "/api/recipient-lists/x?audience=main&client=app")
            #expect(deleted.status == 200 && deleted.json["deleted"] == true)
            let missing = try await gateway.api("GET", "/api/recipient-lists/zzz?audience=main&client=app")
            #expect(missing.status == 404)
            #expect(missing.json == ["error": ["code": "validation_error", "fields": ["list_key": "not_found"]]])
        }
    }

    @Test("members answer with the recorded keys, and a page says where the next begins")
    func members() async throws {
        try await TestGateway.run { gateway in
            let path = "/api/recipient-lists/ml:@e:@hw/members"
            let body = #"{\#(Self.scope),"member":{"email":"learner@example.com","status":"active","metadata":{"score":3}}}"#
            let put = try await gateway.api("PUT", path + "/sub:1", body)
            let sample: JSONValue = ["recipient_list": Self.list, "member": Self.member, "created": true]
            #expect(put.status == 200 && SampleShape.differences(sample, put.json).isEmpty)
            let flat = try await gateway.api("PUT", path + "/sub:1", #"{\#(Self.scope),"email":"a@example.com","status":"removed"}"#)
            #expect(flat.json["member"]?["status"] == "removed")
            let page = try await gateway.api("GET", path + "?audience=main&client=app&limit=1&include_removed=true")
            let pageSample: JSONValue = ["recipient_list": Self.list, "members": [Self.member], "count": 1, "has_more": true]
            #expect(page.status == 200 && SampleShape.differences(pageSample, page.json).isEmpty)
            let cursor = try #require(page.json["next_cursor"]?.stringValue)
            let next = try await gateway.api("GET", path + "?audience=main&client=app&cursor=\(cursor)")
            #expect(next.json["has_more"] == false && next.json["next_cursor"] == .null)
            let calls = gateway.backend.state.now.memberPages
            #expect(calls.map(\.after.rawValue) == [0, 1] && calls.map(\.includesRemoved) == [true, false] && calls[0].limit == 1)
            for (query, reason) in [("cursor=1", "cursor"), ("limit=0", "limit"), ("limit=10001", "limit"), ("include_removed=x", "include_removed")]
            {
                let bad = try await gateway.api("GET", path + "?audience=main&client=app&\(query)")
                #expect(bad.status == 400 && bad.json["error"]?["fields"]?[reason] != nil)
            }
            let gone = try await gateway.api("DELETE", path + "/nope", "{\(Self.scope)}")
            #expect(gone.status == 200 && gone.json["member"]?["contact_id"] == .null && gone.json["removed"] == false)
        }
    }

    @Test("bulk calls answer with the recorded keys; every fault of the body is told, dotted")
    func bulk() async throws {
        try await TestGateway.run { gateway in
            let path = "/api/recipient-lists/ml:@e:@hw/members"
            let members =
                #""members":[{"source_object_key":"sub:1","email":"a@example.com","metadata":{"n":"L"}},{"source_object_key":"2","email":"b@example.com"}]"#
            let bulk = try await gateway.api("POST", path + "/bulk-upsert", "{\(Self.scope),\(members)}")
            let sample: JSONValue = ["recipient_list": Self.list, "created_count": 1, "updated_count": 1]
            #expect(bulk.status == 200 && SampleShape.differences(sample, bulk.json).isEmpty)
            let sent = try #require(gateway.backend.state.now.bulk)
            #expect(sent.staged == nil && sent.members.map(\.metadata) == [#"{"n":"L"}"#, nil])
            let dry = try await gateway.api("POST", path + "/reconcile", #"{\#(Self.scope),"dry_run":true,\#(members)}"#)
            #expect(dry.json["dry_run"] == true && dry.json["upsert_count"] == 2 && dry.json["removed_count"] == 1)
            let keep = try await gateway.api("POST", path + "/reconcile", #"{\#(Self.scope),"remove_absent":false,\#(members)}"#)
            #expect(keep.json["removed_count"] == 0)
            let bad = try await gateway.api(
                "POST",
                path + "/bulk-upsert",
                #"{\#(Self.scope),"type":"zzz","members":[{"email":"x"},7,{"source_object_key":"k","email":"a@b.co","status":"?","metadata":[]}]}"#
            )
            #expect(bad.status == 400)
            #expect(
                bad.json["error"]?["fields"] == [
                    "members.0.email": "invalid", "members.0.source_object_key": "required", "members.1": "must_be_object",
                    "members.2.metadata": "must_be_object", "members.2.status": "invalid", "type": "invalid",
                ]
            )
            let none = try await gateway.api("POST", path + "/reconcile", "{\(Self.scope)}")
            #expect(none.json["error"]?["fields"] == ["members": "must_be_list"])
            let foreign = try await gateway.api("POST", path + "/bulk-upsert", #"{"audience":"main","client":"other",\#(members)}"#)
            #expect(foreign.status == 403)
        }
    }

    @Test("a body that is longer than a call can be is split into pages, whose members are all there, in order")
    func splitting() async throws {
        try await TestGateway.run { gateway in
            // Each byte of the name becomes six in a call.
            let key = String(repeating: "\\u007f", count: 200)
            let items = (0..<7_000).map { #"{"source_object_key":"\#(key)\#($0)","email":"u\#($0)@example.com"}"# }
            let body = #"{\#(Self.scope),"members":[\#(items.joined(separator: ","))]}"#
            #expect(body.utf8.count < 10 << 20)
            let answer = try await gateway.api("POST", "/api/recipient-lists/x/members/bulk-upsert", body)
            #expect(answer.status == 200)
            let state = gateway.backend.state.now
            let bulk = try #require(state.bulk)
            #expect(state.listPages.count == 2 && bulk.staged?.pages == 2)
            #expect(Set(state.listPages.map(\.upload)) == [bulk.staged?.upload] && state.listPages.map(\.sequence) == [0, 1])
            let emails = (state.listPages.flatMap(\.members) + bulk.members).map(\.email)
            #expect(emails == (0..<7_000).map { "u\($0)@example.com" })
            for page in state.listPages.map(\.members) + [bulk.members] {
                #expect(page.reduce(0) { $0 + $1.encodedSize } <= ListMemberPages.maximumPage)
            }
        }
    }

    @Test("import jobs answer with the recorded keys: 202 for a new one, 200 for the one of the same key")
    func imports() async throws {
        try await TestGateway.run { gateway in
            let path = "/api/recipient-lists/ml:@e:@hw/imports"
            let body = #"{\#(Self.scope),"source_url":"https://example.org/","idempotency_key":"job-1","list":{"name":"HW"}}"#
            let added = try await gateway.api("POST", path, body)
            #expect(added.status == 202 && added.json["created"] == true)
            let keys = [
                "id", "list_key", "audience", "client", "source_url", "idempotency_key", "status", "list", "remove_absent", "row_count",
                "created_count", "updated_count", "removed_count", "failed_count", "failed_rows", "content_sha256", "error", "started_at",
                "completed_at", "created_at", "updated_at", "recipient_list",
            ]
            #expect(added.json["import_job"]?.objectValue?.keys == keys)
            #expect(added.json["import_job"]?["list"] == ["type": "custom", "name": "HW", "metadata": [:]])
            #expect(
                added.json["import_job"]?["failed_rows"] == [
                    ["line": 1, "error": "invalid_json"], ["line": 2, "error": ["email": "invalid"]],
                ]
            )
            let again = try await gateway.api("POST", path, #"{\#(Self.scope),"url":"https://example.org/","idempotency_key":"again"}"#)
            #expect(again.status == 200 && again.json["created"] == false)
            #expect(try await gateway.api("GET", path + "/1?audience=main&client=app").status == 200)
            for id in ["999999", "0", "x", "99999999999999999999"] {
                let missing = try await gateway.api("GET", path + "/\(id)?audience=main&client=app")
                #expect(missing.status == 404 && missing.json["error"]?["fields"] == ["import_job": "not_found"])
            }
            let list = try await gateway.api("GET", path + "?audience=main&client=app")
            #expect(list.json["count"] == 1 && list.json["has_more"] == true)
            for (body, reason) in [(#""source_url":"ftp://x""#, "invalid"), (#""list":{}"#, "required"), (#""source_url":7"#, "must_be_string")] {
                let bad = try await gateway.api("POST", path, "{\(Self.scope),\(body)}")
                #expect(bad.status == 400 && bad.json["error"]?["fields"] == ["source_url": .string(reason)])
            }
        }
    }
}
