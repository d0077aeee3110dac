import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Bad input to an import: a line number and a reason for each row, and the good rows go in", .database(DatabaseTrait.audience))
struct ImportBadInputTests {
    @Test("ragged rows, invalid and missing addresses, odd booleans, states and times")
    func rows() async throws {
        let fixture = try await AudienceFixture.make()
        let result = try await fixture.importCSV(
            """
            email,tags,status,verified,verified_at
            ok@example.com,,,,
            nope,,,,
            ,,,,
            a@example.com,only,three
            b@example.com,,weird,maybe,yesterday
            c@example.com,!!!,,,
            last@example.com,,,no,2026-01-01T00:00:00Z
            """
        )
        #expect(result.counts.created == 2 && result.counts.invalid == 5 && result.counts.total == 7)
        #expect(
            result.faults == [
                RowFault(line: 3, item: 2, email: "nope", errors: ["email": "invalid"], details: ["email": "the address has no @"]),
                RowFault(line: 4, item: 3, email: "", errors: ["email": "required"], details: ["email": "the address is empty"]),
                RowFault(line: 5, item: 4, errors: ["row": "wrong_field_count"], details: ["row": "5 fields expected, 3 found"]),
                RowFault(
                    line: 6,
                    item: 5,
                    email: "b@example.com",
                    errors: ["status": "invalid", "verified": "invalid", "verified_at": "invalid"],
                    details: [
                        "status": "neither pending nor subscribed nor unsubscribed", "verified": "none of true, yes, 1, false, no and 0",
                        "verified_at": "not an ISO 8601 time with a zone",
                    ]
                ),
                RowFault(
                    line: 7,
                    item: 6,
                    email: "c@example.com",
                    errors: ["tags": "invalid"],
                    details: ["tags": "a tag without a letter or digit, or more than 200 tags"]
                ),
            ]
        )
    }

    @Test(
        "an address is refused in the words of its own reason, in a file and in an upsert",
        arguments: [
            ("jürgen@example.com", "the part before the @ has characters outside ASCII, which the mail service cannot deliver to"),
            ("a@b@example.com", "the address has more than one @"), ("a b@example.com", "the address has white space inside"),
            ("a@example", "the domain has no dot"), (".a@example.com", "the part before the @ begins or ends with a dot or has two in a row"),
        ]
    )
    func addresses(address: String, words: String) async throws {
        let fixture = try await AudienceFixture.make()
        let result = try await fixture.importCSV("email\n\(address)\n")
        #expect(result.faults.map(\.errors) == [["email": "invalid"]] && result.faults.map(\.details) == [["email": words]])
        let told = await failure(fixture.caller, UpsertContact(scope: fixture.scope, change: ContactChange(email: address)))
        #expect(told == ValidationFailure(["email": "invalid"], details: ["email": words]))
        let erasing = await failure(fixture.caller, GetPreferences(scope: fixture.scope, email: address, categoryTags: []))
        #expect(erasing?.details == ["email": words])
    }

    @Test("a quote that is never closed is told with the line of the file, on a later page too")
    func linesOfLaterPages() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await fixture.caller.call(BeginImport(scope: fixture.scope, header: ["email", "note"], delimiter: ","))
        let long = String(repeating: "x", count: 2 << 20)
        let page = fixture.page(job.jobID, 0, Array("a@example.com,\"\(long)\nb@example.com,ok\n".utf8), line: 100, isLast: true)
        let fault = try #require(try await fixture.caller.call(page).faults.first)
        #expect(fault.line == 100 && fault.errors == ["row": "record_too_long"])
        #expect(fault.details?["row"]?.hasSuffix("because of the quote that opens in line 100") == true, "\(fault)")
    }

    @Test("CRLF, quotes across lines, a stray quote, formula cells")
    func quoting() async throws {
        let fixture = try await AudienceFixture.make()
        let file =
            "email,note\r\na@example.com,\"two\r\nlines \"\"quoted\"\"\"\r\nb@example.com,=1+1\r\nbad,x\r\nc@example.com,\"open\r\nd@example.com,z\r\n"
        let result = try await fixture.importBytes(Array(file.utf8))
        #expect(try await fixture.status("a@example.com").attributes == ["note": "two\r\nlines \"quoted\""])
        #expect(try await fixture.status("b@example.com").attributes == ["note": "=1+1"])
        #expect(try await fixture.status("d@example.com").contactID != nil)
        #expect(result.faults.map(\.line) == [5, 6])
        #expect(result.faults.last?.errors == ["row": "unterminated_quote"])
    }

    @Test("bytes that are not UTF-8 refuse their row; with the file's encoding named they are text")
    func encodings() async throws {
        let fixture = try await AudienceFixture.make()
        let file = Array("email,city\na@example.com,K".utf8) + [0xF6] + Array("ln\nb@example.com,Bonn\n".utf8)
        let result = try await fixture.importBytes(file)
        #expect(result.counts.created == 1)
        let words = ["row": "column 2 is not valid text in the encoding of the file"]
        #expect(result.faults == [RowFault(line: 2, item: 1, errors: ["row": "invalid_encoding"], details: words)])
        #expect(try await fixture.importBytes(file, encoding: "latin-1").counts.created == 1)
        #expect(try await fixture.status("a@example.com").attributes == ["city": "Köln"])
    }

    @Test("other delimiters", arguments: [";", "\t", "|"])
    func delimiters(_ delimiter: String) async throws {
        let fixture = try await AudienceFixture.make()
        let file = ["email\(delimiter)name", "a@example.com\(delimiter)Ann, B."].joined(separator: "\n")
        #expect(try await fixture.importBytes(Array(file.utf8), delimiter: delimiter).counts.created == 1)
        #expect(try await fixture.status("a@example.com").attributes == ["name": "Ann, B."])
    }

    @Test("NUL bytes, attributes that are no object, and one that is too long")
    func attributes() async throws {
        let fixture = try await AudienceFixture.make()
        let long = String(repeating: "x", count: 70_000)
        let result = try await fixture.importCSV(
            "email,attributes,note\na@example.com,\"{\"\"a\"\":\"\"\\u0000\"\"}\",\nb@example.com,[1],\nc@example.com,{,\nd@example.com,,\(long)\ne@example.com,,a\0b\n"
        )
        #expect(
            result.faults.map(\.errors) == [
                ["attributes": "invalid"], ["attributes": "must_be_object"], ["attributes": "invalid_json"], ["attributes": "too_long"],
                ["row": "nul_byte"],
            ]
        )
        #expect(result.counts.created == 0)
    }

    @Test(
        "a header without email, with two equal names or an empty one",
        arguments: [
            (["name"], "missing_email_column"), (["email", "E-Mail", "email "], "duplicate_column"), (["email", ""], "empty_column_name"),
            (["email", "status", "subscription_status"], "duplicate_column"), ([], "missing_email_column"),
        ]
    )
    func headers(_ header: [String], _ reason: String) async throws {
        let fixture = try await AudienceFixture.make()
        let told = await failure(fixture.caller, BeginImport(scope: fixture.scope, header: header, delimiter: ","))
        #expect(told?.fields == ["csv.header": reason])
        #expect(told?.details?["csv.header"]?.isEmpty == false)
    }

    @Test("a byte order mark on the first name of the header is no part of it")
    func byteOrderMark() async throws {
        let fixture = try await AudienceFixture.make()
        let result = try await fixture.importCSV("\u{FEFF}email,name\na@example.com,Ann\n")
        #expect(result.counts.created == 1)
    }

    @Test("an unknown encoding or delimiter opens nothing")
    func parameters() async throws {
        let fixture = try await AudienceFixture.make()
        let begin = BeginImport(scope: fixture.scope, header: ["email"], delimiter: "x", encoding: "ebcdic")
        #expect(await failure(fixture.caller, begin)?.fields == ["delimiter": "invalid", "encoding": "invalid"])
    }

    @Test("rows that the sender refused keep their numbers, and are counted")
    func refusedBySender() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await fixture.caller.call(BeginImport(scope: fixture.scope, header: ["email"], delimiter: ","))
        let refused = [RowFault(line: 3, item: 2, errors: ["row": "record_too_long"])]
        let page = fixture.page(job.jobID, 0, Array("a@example.com\nbad\n".utf8), refused: refused, isLast: true)
        let result = try await fixture.caller.call(page)
        #expect(result.faults.map(\.item) == [2, 3])
        #expect(result.counts.total == 3 && result.counts.invalid == 2)
    }

    @Test("a record beyond the limit is refused, and the next one goes in")
    func longRecord() async throws {
        let fixture = try await AudienceFixture.make()
        let long = String(repeating: "x", count: 2 << 20)
        let result = try await fixture.importCSV("email,note\na@example.com,\(long)\nb@example.com,ok\n")
        #expect(result.faults.map(\.errors) == [["row": "record_too_long"]] && result.faults.map(\.line) == [2])
        #expect(result.faults.first?.details?["row"]?.hasPrefix("the record is longer than") == true)
        #expect(result.counts.created == 1)
    }

    @Test("a page that is no base64, too large, or of another organization's import is refused whole")
    func pages() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await fixture.caller.call(BeginImport(scope: fixture.scope, header: ["email"], delimiter: ","))
        var page = fixture.page(job.jobID, 0, [])
        page.records = "not base64!"
        #expect(await failure(fixture.caller, page)?.fields == ["records": "invalid_base64"])
        page.records = String(repeating: "AAAA", count: 1_500_000)
        #expect(await failure(fixture.caller, page)?.fields == ["records": "too_large"])
        let other = try await fixture.other("other")
        page = fixture.page(job.jobID, 0, Array("a@example.com\n".utf8), other)
        #expect(await failure(fixture.caller, page)?.fields == ["job_id": "not_found"])
    }

    @Test("tens of thousands of the shortest rows in one page go in, batch by batch")
    func shortRows() async throws {
        let fixture = try await AudienceFixture.make()
        let rows = (0..<25_000).map { "a\($0)@b.c" } + ["a7@b.c"]
        let result = try await fixture.importCSV("email\n" + rows.joined(separator: "\n"), wantsResults: false)
        #expect(result.counts.created == 25_000)
        #expect(result.counts.skipped == 1)
    }
}
