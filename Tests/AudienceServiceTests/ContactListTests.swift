import CSV
import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Lists and exports of contacts", .database(DatabaseTrait.audience))
struct ContactListTests {
    private func list(
        _ fixture: AudienceFixture,
        after: Int64 = 0,
        limit: Int = 100,
        in scope: AudienceScope? = nil,
        _ edit: (inout ContactFilter) -> Void = { _ in }
    ) async throws -> ContactPage {
        var filter = ContactFilter()
        edit(&filter)
        return try await fixture.caller.call(
            ListContacts(scope: scope ?? fixture.scope, filter: filter, after: ContactID(after), limit: limit)
        )
    }

    /// Every page of an export, put together.
    private func export(
        _ fixture: AudienceFixture,
        limit: Int = 1_000,
        in scope: AudienceScope? = nil,
        _ edit: (inout ContactFilter) -> Void = { _ in }
    ) async throws -> String {
        var filter = ContactFilter()
        edit(&filter)
        var text = ""
        var cursor: ContactID? = ContactID(0)
        while let after = cursor {
            let page = try await fixture.caller.call(
                ExportContacts(scope: scope ?? fixture.scope, filter: filter, after: after, limit: limit)
            )
            text += page.csv
            cursor = page.next
        }
        return text
    }

    @Test("pages follow each other by id without gaps, and the last one says so")
    func pages() async throws {
        let fixture = try await AudienceFixture.make()
        for index in 0..<7 { _ = try await fixture.subscriber("u\(index)@example.com") }
        let first = try await list(fixture, limit: 3)
        let second = try await list(fixture, after: try #require(first.next).rawValue, limit: 3)
        let third = try await list(fixture, after: try #require(second.next).rawValue, limit: 3)
        #expect((first.contacts + second.contacts + third.contacts).map(\.email) == (0..<7).map { "u\($0)@example.com" })
        #expect(third.next == nil)
        #expect(try await list(fixture, limit: 7).next == nil)
        #expect(first.contacts.first == (try await fixture.status("u0@example.com")))
    }

    @Test("each filter narrows the list, and the export by the same rule")
    func filters() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.subscriber("a@example.com", tags: ["one", "two"])
        _ = try await fixture.upsert("b@example.com") { $0.tags = ["one"] }
        _ = try await fixture.upsert("c@example.com") {
            $0.hardBounced = true; $0.status = .unsubscribed; $0.validationStatus = .noMX
        }
        _ = try await fixture.upsert("d@example.com") { $0.complained = true }
        _ = try await fixture.upsert("e@example.com") { $0.globalUnsubscribed = true }
        try await fixture.script("UPDATE audience.contacts SET updated_at = '2020-01-01Z' WHERE email <> 'e@example.com'")
        let cases: [(String, (inout ContactFilter) -> Void)] = [
            ("abcde", { _ in }), ("ab", { $0.tags = ["One"] }), ("a", { $0.tags = ["one", "two"] }), ("", { $0.tags = ["one", "none"] }),
            ("a", { $0.status = .subscribed }), ("c", { $0.status = .unsubscribed }), ("a", { $0.verified = true }),
            ("bcde", { $0.verified = false }), ("c", { $0.validationStatus = .noMX }), ("ab", { $0.suppression = ContactFilter.Suppression.none }),
            ("cde", { $0.suppression = .any }), ("c", { $0.suppression = .hardBounced }), ("d", { $0.suppression = .complained }),
            ("e", { $0.suppression = .globalUnsubscribed }), ("e", { $0.updatedSince = Timestamp(iso8601: "2021-01-01T00:00:00Z") }),
        ]
        for (expected, edit) in cases {
            let emails = try await list(fixture, edit).contacts.map { String($0.email.prefix(1)) }.joined()
            #expect(emails == expected)
            let lines = try await export(fixture, edit).split(separator: "\r\n").map { String($0.prefix(1)) }.joined()
            #expect(lines == expected)
        }
    }

    @Test("an export has the recorded line, and the attributes as JSON at its end")
    func line() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("Learner@Example.com") { change in
            change.status = .subscribed
            change.verified = true
            change.tags = ["ML Zoomcamp", "beta"]
            change.validationStatus = .externallyValidated
            change.validationReason = "signup"
            change.attributes = ["first_name": "Ann \"A\"", "n": 1]
        }
        try await fixture.script(
            """
            UPDATE audience.subscriptions SET verified_at = '2026-11-23T18:11:34.919519Z';
            UPDATE audience.contacts SET validated_at = '2026-11-23T18:11:32.131607Z', updated_at = '2026-11-23T18:11:34.907300Z';
            """
        )
        #expect(
            try await export(fixture)
                == "learner@example.com,main,app,beta;ml-zoomcamp,subscribed,True,2026-11-23T18:11:34.919519Z,externally_validated,signup,"
                + "2026-11-23T18:11:32.131607Z,False,False,False,False,,,2026-11-23T18:11:34.907300Z,"
                + #""{""n"": 1, ""first_name"": ""Ann \""A\""""}""# + "\r\n"
        )
    }

    @Test("a page ends at its size or its bytes, and the pages together are the whole export")
    func exportPages() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.script(
            """
            INSERT INTO audience.contacts (organization_id, email, attributes, created_at, updated_at)
            SELECT 1, 'u' || i || '@example.com', jsonb_build_object('text', repeat('x', 60000)), now(), now()
            FROM generate_series(1, 200) AS i;
            INSERT INTO audience.memberships (audience_id, contact_id) SELECT 1, id FROM audience.contacts;
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            SELECT 1, 1, id, 'subscribed', 'test' FROM audience.contacts;
            """
        )
        let page = try await fixture.caller.call(
            ExportContacts(scope: fixture.scope, filter: ContactFilter(), after: ContactID(0), limit: 1_000)
        )
        #expect(page.csv.utf8.count < 5 << 20)
        #expect(page.next != nil)
        for limit in [7, 1_000] {
            let emails = try await export(fixture, limit: limit).split(separator: "\r\n").compactMap { $0.split(separator: ",").first }
            #expect(emails.map(String.init) == (1...200).map { "u\($0)@example.com" })
        }
    }

    @Test("a cell is written as the CSV writer writes it, formulas guarded")
    func cells() async throws {
        let fixture = try await AudienceFixture.make()
        let texts = [
            "", "plain", "=1+1", "+4", "-4", "@x", "\tx", "\rx", "\nx", "\r\nx", "＝1", "＋1", "－1", "＠1", "=\"a\",b", "a,b", "a\"b", "a\nb",
            "a\rb", " a", "a ", "=a ", "'=a", "ü,ö", "a=b", ";", "{\"a\": 1}", "^", "]", "\\", "t", "n",
        ]
        for text in texts {
            let cell = try #require(try await fixture.owner.first(CSVCell(text: text)))
            var writer = CSVWriter(delimiter: UInt8(ascii: ","))
            writer.writeRecord(["", text])
            #expect("," + cell + "\r\n" == String(decoding: writer.takeBytes(), as: UTF8.self))
        }
    }

    @Test("only contacts of the client are listed or exported: none of another client or organization (D8, I7)")
    func walls() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        let sibling = try await fixture.other("acme", client: "second")
        _ = try await fixture.subscriber("mine@example.com")
        _ = try await fixture.upsert("theirs@example.com", in: other)
        for (scope, expected) in [(fixture.scope, ["mine@example.com"]), (other, ["theirs@example.com"]), (sibling, [])] {
            #expect(try await list(fixture, in: scope).contacts.map(\.email) == expected)
            #expect(try await export(fixture, in: scope).split(separator: "\r\n").count == expected.count)
        }
        var mixed = fixture.scope
        mixed.audienceID = other.audienceID
        let expected = ["audience": "not_found"]
        #expect(
            await failure(fixture.caller, ListContacts(scope: mixed, filter: ContactFilter(), after: ContactID(0), limit: 1))?.fields == expected
        )
        #expect(
            await failure(fixture.caller, ExportContacts(scope: mixed, filter: ContactFilter(), after: ContactID(0), limit: 1))?.fields
                == expected
        )
    }

    @Test("limits are told")
    func limits() async throws {
        let fixture = try await AudienceFixture.make()
        for limit in [0, 501] {
            let call = ListContacts(scope: fixture.scope, filter: ContactFilter(), after: ContactID(0), limit: limit)
            #expect(await failure(fixture.caller, call)?.fields == ["limit": "must_be_between_1_and_500"])
        }
    }
}

private struct CSVCell: Statement {
    static let sample = Self(text: "")
    var text: String
    var sql: SQL { "SELECT audience.csv_cell(\(text)) AS cell" }
    func decode(_ row: Row) throws -> String { try row.decode("cell") }
}
