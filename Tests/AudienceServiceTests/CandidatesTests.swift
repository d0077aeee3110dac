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
