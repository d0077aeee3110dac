import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Candidates of a campaign", .database(DatabaseTrait.audience))
struct CandidatesTests {
    func request(_ fixture: AudienceFixture, include: [String] = [], exclude: [String] = [], limit: Int = 100) -> CampaignCandidates {
        CampaignCandidates(
            scope: fixture.scope,
            includeTags: include,
            excludeTags: exclude,
            categoryTag: "",
            after: ContactID(0),
            limit: limit,
            attributeNames: []
        )
    }

    @Test("all include tags, none of the exclude tags; a tag that nobody has selects nobody")
    func tags() async throws {
        let fixture = try await AudienceFixture.make()
        for (email, tags) in [("a@x.co", ["p", "q"]), ("b@x.co", ["p"]), ("c@x.co", ["p", "q", "z"]), ("d@x.co", [])] {
            _ = try await fixture.subscriber(email, tags: tags)
        }
        #expect(try await fixture.caller.call(request(fixture, include: ["p", "q"])).emails == ["a@x.co", "c@x.co"])
        #expect(try await fixture.caller.call(request(fixture, include: ["p", "q"], exclude: ["z"])).emails == ["a@x.co"])
        #expect(try await fixture.caller.call(request(fixture, exclude: ["p", "unknown"])).emails == ["d@x.co"])
        #expect(try await fixture.caller.call(request(fixture, include: ["p", "unknown"])).emails == [])
    }

    @Test("pages follow one another and hold every candidate once")
    func pages() async throws {
        let fixture = try await AudienceFixture.make()
        let emails = (0..<25).map { "u\($0)@x.co" }
        for email in emails { _ = try await fixture.subscriber(email) }
        var request = request(fixture, limit: 10)
        var seen: [String] = []
        var sizes: [Int] = []
        while true {
            let page = try await fixture.caller.call(request)
            seen += page.emails.strings
            sizes.append(page.emails.count)
            guard let next = page.next else { break }
            request.after = next
        }
        #expect(seen == emails)
        #expect(sizes == [10, 10, 5])
    }

    @Test("a page ends before it is over its bytes, however many are asked for, and the pages hold every candidate once (I10)")
    func pageBytes() async throws {
        let fixture = try await AudienceFixture.make()
        // Forty contacts with 200 KB each, written where no limit of a change is in the way, and one that is more than a whole page.
        try await fixture.script(
            """
            INSERT INTO audience.contacts (organization_id, email, attributes, created_at, updated_at)
            SELECT \(fixture.scope.organizationID), 'u' || number || '@x.co',
                jsonb_build_object('text', repeat('x', CASE number WHEN 30 THEN 5000000 ELSE 200000 END)), now(), now()
            FROM generate_series(1, 40) AS number;
            INSERT INTO audience.memberships (audience_id, contact_id)
            SELECT \(fixture.scope.audienceID), id FROM audience.contacts;
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            SELECT \(fixture.scope.audienceID), \(fixture.scope.clientID), id, 'subscribed', 'api' FROM audience.contacts
            """
        )
        var request = request(fixture, limit: 10_000)
        request.attributeNames = nil
        var seen: [String] = []
        var sizes: [Int] = []
        while true {
            let page = try await fixture.caller.call(request)
            seen += page.emails.strings
            sizes.append(page.mergeFields.strings.reduce(0) { $0 + $1.utf8.count })
            guard let next = page.next else { break }
            request.after = next
        }
        #expect(seen == (1...40).map { "u\($0)@x.co" })
        #expect(sizes.count == 4 && sizes.count { $0 > 4 << 20 } == 1, "\(sizes)")
    }

    @Test("only the attributes that the content uses go along")
    func attributes() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@x.co") { $0.attributes = ["first_name": "Ann", "secret": 1] }
        var request = request(fixture)
        #expect(try await fixture.caller.call(request).mergeFields == ["{}"])
        request.attributeNames = ["first_name", "absent"]
        #expect(try await fixture.caller.call(request).mergeFields == [#"{"attributes": {"first_name": "Ann"}}"#])
        request.attributeNames = nil
        #expect(try await fixture.caller.call(request).mergeFields == [#"{"attributes": {"secret": 1, "first_name": "Ann"}}"#])
    }

    @Test("members of the audience that have nothing to do with the client are no candidates; refused ones are, with their reason")
    func relation() async throws {
        let fixture = try await AudienceFixture.make()
        let otherClient = try await fixture.other("acme", client: "second")
        _ = try await fixture.upsert("theirs@x.co", in: otherClient) { $0.status = .subscribed }
        _ = try await fixture.upsert("pending@x.co") { $0.verified = true }
        let page = try await fixture.caller.call(request(fixture))
        #expect(page.emails == ["pending@x.co"])
        #expect(page.skipReasons == ["suppressed"])
    }

    @Test("a limit outside 1 to 20,000 is refused", arguments: [0, 20_001, -5])
    func limits(_ limit: Int) async throws {
        let fixture = try await AudienceFixture.make()
        #expect(await failure(fixture.caller, request(fixture, limit: limit))?.fields["limit"] != nil)
    }
}
