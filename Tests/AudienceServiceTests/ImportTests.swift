import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@Suite("Importing CSV", .database(DatabaseTrait.audience))
struct ImportTests {
    @Test("columns mean what the API says: tags, status, verified, attributes of every other column")
    func columns() async throws {
        let fixture = try await AudienceFixture.make()
        let result = try await fixture.importCSV(
            """
            Email,First Name,City,tags,subscription_status,verified
            Ann@Example.com,Ann,Berlin,ML Zoomcamp;beta,subscribed,true
            bob@example.com,,"Köln, Dom",,,
            """
        )
        #expect(result.counts.created == 2 && result.counts.total == 2)
        #expect(result.results.map(\.action) == [.created, .created])
        let ann = try await fixture.status("ann@example.com")
        #expect(ann.attributes == ["city": "Berlin", "first_name": "Ann"])
        #expect(ann.tags == ["beta", "ml-zoomcamp"])
        #expect(ann.client.status == .subscribed && ann.client.verifiedAt != nil && ann.marketingRefusal == nil)
        #expect(result.results.first?.contact == ann)
        let bob = try await fixture.status("bob@example.com")
        #expect(bob.attributes == ["city": "Köln, Dom"])
        #expect(bob.client.status == .pending)
    }

    @Test("a CSV without suppression columns suppresses nobody and un-suppresses nobody (D1, I6)")
    func suppressionStays() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { change in
            change.status = .subscribed
            change.verified = true
            change.hardBounced = true
            change.complained = true
            change.globalUnsubscribed = true
            change.validationStatus = .noMX
        }
        let before = try await fixture.status("a@example.com")
        let result = try await fixture.importCSV("email,tags\na@example.com,new\nb@example.com,new\n")
        #expect(result.counts.updated == 1 && result.counts.created == 1)
        var after = try await fixture.status("a@example.com")
        #expect(after.tags == ["new"])
        after.tags = before.tags
        after.updatedAt = before.updatedAt
        #expect(after == before)
        let other = try await fixture.status("b@example.com")
        #expect(!other.hardBounced && !other.complained && !other.globalUnsubscribed)
    }

    @Test("an old export of ours takes back nothing that was learnt since: bounce, complaint, opt-out, undeliverable (D1, I6)")
    func oldExport() async throws {
        let fixture = try await AudienceFixture.make()
        let header = "email,subscription_status,email_validation_status,global_unsubscribed,hard_bounced,complained"
        _ = try await fixture.importCSV("\(header)\na@example.com,subscribed,unknown,False,False,False\n")
        _ = try await fixture.upsert("a@example.com") { change in
            change.hardBounced = true
            change.complained = true
            change.globalUnsubscribed = true
            change.validationStatus = .noMX
        }
        let before = try await fixture.status("a@example.com")
        let result = try await fixture.importCSV("\(header),plan\na@example.com,subscribed,unknown,False,no,0,pro\n")
        #expect(result.counts.updated == 1)
        let after = try await fixture.status("a@example.com")
        #expect(after.hardBounced && after.complained && after.globalUnsubscribed && after.validationStatus == .noMX)
        #expect(after.marketingRefusal == before.marketingRefusal && after.attributes == ["plan": "pro"])
        // What the file suppresses is suppressed, and who is asked by name is released.
        _ = try await fixture.importCSV("email,complained\nb@example.com,True\n")
        #expect(try await fixture.status("b@example.com").complained)
        _ = try await fixture.upsert("b@example.com") { $0.complained = false }
        #expect(try await fixture.status("b@example.com").complained == false)
    }

    @Test("an opt-out stays though the file says subscribed (D2, I6)")
    func optOutStays() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("a@example.com") { $0.status = .unsubscribed }
        let result = try await fixture.importCSV("email,status,verified\na@example.com,subscribed,yes\n")
        #expect(result.results.first?.contact?.client.status == .unsubscribed)
        #expect(result.results.first?.contact?.marketingRefusal == .clientUnsubscribe)
    }

    @Test("our own export comes back in as it went out")
    func ownExport() async throws {
        let fixture = try await AudienceFixture.make()
        let file = """
            email,audience,client,tags,subscription_status,verified,verified_at,email_validation_status,email_validation_reason,\
            email_validated_at,global_unsubscribed,hard_bounced,complained,unsubscribed,unsubscribed_at,unsubscribe_reason,updated_at
            a@example.com,main,app,beta;x,subscribed,True,2026-11-23T18:11:34.919519Z,valid,signup,2026-11-23T18:11:32.131607Z,\
            False,False,False,False,,,2026-11-23T18:11:34.917300Z
            b@example.com,main,app,,unsubscribed,False,,unknown,,,True,False,True,True,2026-01-02T03:04:05Z,bye,
            """
        #expect(try await fixture.importCSV(file).counts.created == 2)
        let a = try await fixture.status("a@example.com")
        #expect(a.client.verifiedAt == Timestamp(iso8601: "2026-11-23T18:11:34.919519Z"))
        #expect(a.validatedAt == Timestamp(iso8601: "2026-11-23T18:11:32.131607Z"))
        #expect(a.attributes == [:])
        let b = try await fixture.status("b@example.com")
        #expect(b.client.unsubscribedAt == Timestamp(iso8601: "2026-01-02T03:04:05Z"))
        #expect(b.client.unsubscribeReason == "bye")
        #expect(b.globalUnsubscribed && b.complained && !b.hardBounced)
        #expect(try await fixture.importCSV(file).counts.unchanged == 2)
    }

    @Test("an empty cell changes nothing, and a second run of a file changes nothing", arguments: [Int.max, 1])
    func rerun(_ linesPerPage: Int) async throws {
        let fixture = try await AudienceFixture.make()
        let file = """
            email,name,tags,status,attributes
            a@example.com,Ann,x;y,subscribed,"{""n"": 1.50, ""nested"": {""a"": [1, null]}}"
            b@example.com,,,,
            """
        #expect(try await fixture.importCSV(file, linesPerPage: linesPerPage).counts.created == 2)
        let before = try await fixture.status("a@example.com")
        let again = try await fixture.importCSV(file, linesPerPage: linesPerPage)
        #expect(again.counts.unchanged == 2 && again.counts.updated == 0)
        #expect(again.results.map(\.action) == [.unchanged, .unchanged])
        let blank = try await fixture.importCSV("email,name,tags,status,attributes\na@example.com,,,,\n")
        #expect(blank.counts.unchanged == 1)
        #expect(try await fixture.status("a@example.com") == before)
    }

    @Test("the first of two equal addresses wins, also across pages", arguments: [Int.max, 2, 1])
    func duplicates(_ linesPerPage: Int) async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("old@example.com")
        let file = "email,name\na@example.com,first\nold@example.com,first\nA@Example.com,second\nOLD@example.com,second\nb@example.com,x\n"
        let result = try await fixture.importCSV(file, linesPerPage: linesPerPage)
        #expect(result.results.map(\.action) == [.created, .updated, .skipped, .skipped, .created])
        #expect(result.results.map(\.keptItem) == [nil, nil, 1, 2, nil])
        #expect(result.results[2].reason == "duplicate_input")
        #expect(result.counts.created == 2 && result.counts.updated == 1 && result.counts.skipped == 2 && result.counts.total == 5)
        #expect(try await fixture.status("a@example.com").attributes == ["name": "first"])
        #expect(try await fixture.status("old@example.com").attributes == ["name": "first"])
    }

    @Test("a dry run names the later of two equal addresses, also across pages", arguments: [Int.max, 1])
    func dryDuplicates(linesPerPage: Int) async throws {
        let fixture = try await AudienceFixture.make()
        let file = "email\nnew@example.com\nother@example.com\nNEW@example.com"
        let result = try await fixture.importCSV(file, dryRun: true, linesPerPage: linesPerPage)
        #expect(result.results.map(\.action) == [.wouldCreate, .wouldCreate, .skipped])
        #expect(result.results.last?.keptItem == 1)
        #expect(try await fixture.count("audience.contacts") == 0)
    }

    @Test("a dry run says what would happen and stores nothing at all")
    func dryRun() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("i1@example.com")
        _ = try await fixture.upsert("same@example.com")
        let result = try await fixture.importCSV("email,tags\ni1@example.com,t\ni9@example.com,u\nsame@example.com,\n", dryRun: true)
        #expect(result.results.map(\.action) == [.wouldUpdate, .wouldCreate, .wouldUpdate])
        #expect(result.counts.skipped == 3 && result.counts.created == 0 && result.counts.updated == 0)
        #expect(try await fixture.status("i9@example.com").contactID == nil)
        #expect(try await fixture.status("i1@example.com").tags == [])
        #expect(try await fixture.count("audience.tags") == 0)
        #expect(try await fixture.count("audience.import_jobs") == 0)
        _ = try await fixture.caller.call(AudienceTick())
        #expect(try await fixture.count("audience.import_seen") == 0)
    }

    @Test("a page sent twice is applied once and answers the same; pages have an order")
    func pageTwice() async throws {
        let fixture = try await AudienceFixture.make()
        let begin = BeginImport(scope: fixture.scope, header: ["email"], delimiter: ",", idempotencyKey: "k", fingerprint: "f")
        let job = try await fixture.caller.call(begin)
        let page = fixture.page(job.jobID, 0, Array("a@example.com\nbad\n".utf8))
        let first = try await fixture.caller.call(page)
        #expect(try await fixture.caller.call(page) == first)
        #expect(first.counts.created == 1 && first.counts.invalid == 1)
        let early = fixture.page(job.jobID, 2, Array("c@example.com\n".utf8))
        #expect(await failure(fixture.caller, early)?.fields == ["sequence": "out_of_order"])
        let resumed = try await fixture.caller.call(begin)
        #expect(resumed.jobID == job.jobID && resumed.nextSequence == 1 && !resumed.finished && resumed.counts == first.counts)
        let last = fixture.page(job.jobID, 1, Array("d@example.com".utf8), line: 4, item: 3, isLast: true)
        let end = try await fixture.caller.call(last)
        #expect(end.counts.total == 3)
        #expect(try await fixture.caller.call(begin).finished)
        #expect(try await fixture.caller.call(last) == end)
        #expect(await failure(fixture.caller, fixture.page(job.jobID, 2, []))?.fields == ["sequence": "finished"])
        var changed = begin
        changed.fingerprint = "g"
        #expect(await failure(fixture.caller, changed)?.fields == ["idempotency_key": "body_mismatch"])
        #expect(try await fixture.caller.call(AudienceVerify()).mismatches.isEmpty)
    }

    @Test("two imports of the same addresses at once end, and lose nothing", .timeLimit(.minutes(1)), arguments: [90, 300])
    func concurrent(linesPerPage: Int) async throws {
        let fixture = try await AudienceFixture.make()
        let addresses = (0..<400).map { "u\($0)@example.com" }
        _ = try await fixture.importCSV("email\n" + addresses.prefix(100).joined(separator: "\n"), wantsResults: false)
        let counts = try await withThrowingTaskGroup(of: ImportCounts.self) { group in
            for number in 0..<4 {
                let lines = (number % 2 == 0 ? addresses : addresses.reversed()).map { "\($0),t\(number)" }
                group.addTask {
                    try await fixture.importCSV("email,tags\n" + lines.joined(separator: "\n"), wantsResults: false, linesPerPage: linesPerPage)
                        .counts
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.map(\.created).reduce(0, +) == 300)
        #expect(counts.allSatisfy { $0.created + $0.updated == 400 })
        for address in ["u0@example.com", "u399@example.com"] {
            #expect(try await fixture.status(address).tags == ["t0", "t1", "t2", "t3"])
        }
    }

    @Test("an import leaves rows that do not change untouched")
    func untouchedRows() async throws {
        let fixture = try await AudienceFixture.make()
        let file = "email,name,tags\na@example.com,Ann,x\n"
        _ = try await fixture.importCSV(file)
        let before = try await fixture.rowVersions()
        _ = try await fixture.importCSV(file)
        #expect(try await fixture.rowVersions() == before)
    }
}
