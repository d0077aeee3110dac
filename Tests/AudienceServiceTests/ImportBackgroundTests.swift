import Contracts
import JSON
import JSONRPC
import Logging
import Model
import TestSupport
import Testing

@testable import AudienceService

@Suite("Imports in the background", .timeLimit(.minutes(1)), .database(DatabaseTrait.audience))
struct ImportBackgroundTests {
    /// The service's runner, as a process that has just started has it.
    private func runner() throws -> ImportRunner {
        let pool = try #require(TestDatabase.current).pool(asRole: "datamailer_audience")
        return ImportRunner(handlers: AudienceHandlers(database: pool, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    private func begin(_ fixture: AudienceFixture, _ edit: (inout BeginImport) -> Void = { _ in }) async throws -> ImportJobID {
        var begin = BeginImport(scope: fixture.scope, header: ["email", "status"], delimiter: ",", isBackground: true)
        edit(&begin)
        return try await fixture.caller.call(begin).jobID
    }

    private func report(_ fixture: AudienceFixture, _ job: ImportJobID) async throws -> ImportJobReport {
        try await fixture.caller.call(
            GetImportJob(organizationID: fixture.scope.organizationID, clientID: fixture.scope.clientID, jobID: job)
        )
    }

    private func stage(_ fixture: AudienceFixture, _ job: ImportJobID, pages: Int) async throws {
        for number in 0..<pages {
            let rows = "u\(number)@example.com,subscribed\nbad\(number),subscribed\n"
            let page = fixture.page(job, number, Array(rows.utf8), line: 2 + number * 2, item: 1 + number * 2, isLast: number == pages - 1)
            let staged = try await fixture.caller.call(StageImportPage(page: page))
            #expect(staged == StagedImport(pages: number + 1, isComplete: number == pages - 1, isRepeated: false))
            #expect(try await fixture.caller.call(StageImportPage(page: page)).isRepeated)
        }
    }

    @Test("stored pages are applied in order, each once, also by a process that follows a killed one")
    func resumed() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await begin(fixture)
        try await stage(fixture, job, pages: 4)
        #expect(try await report(fixture, job).status == .pending)
        #expect(try await runner().round())
        let halfway = try await report(fixture, job)
        #expect(halfway.status == .processing && halfway.counts.total == 2 && halfway.completedAt == nil)
        #expect(try await fixture.count("audience.import_staged_pages") == 3)
        let second = try runner()
        while await second.round() {}
        let end = try await report(fixture, job)
        #expect(end.status == .succeeded && end.counts.created == 4 && end.counts.invalid == 4 && end.completedAt != nil)
        #expect(try await fixture.count("audience.import_staged_pages") == 0)
        #expect(try await fixture.count("audience.contacts") == 4)
        #expect(try await fixture.caller.call(AudienceVerify()).mismatches.isEmpty)
    }

    @Test("nothing is applied before the whole upload is stored")
    func incomplete() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await begin(fixture)
        _ = try await fixture.caller.call(StageImportPage(page: fixture.page(job, 0, Array("a@example.com,\n".utf8))))
        #expect(try await runner().round() == false)
        #expect(try await fixture.count("audience.contacts") == 0)
        let early = StageImportPage(page: fixture.page(job, 5, []))
        #expect(await failure(fixture.caller, early)?.fields == ["sequence": "out_of_order"])
        let foreground = try await begin(fixture) { $0.isBackground = nil }
        #expect(await failure(fixture.caller, StageImportPage(page: fixture.page(foreground, 0, [])))?.fields == ["job_id": "not_background"])
    }

    @Test("every refused row is listed, page by page, to its own client only")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await begin(fixture)
        try await stage(fixture, job, pages: 5)
        let runner = try runner()
        while await runner.round() {}
        var request = ImportFaults(organizationID: fixture.scope.organizationID, clientID: fixture.scope.clientID, jobID: job)
        var faults: [RowFault] = []
        repeat {
            let page = try await fixture.caller.call(request)
            faults += page.faults
            request.after = page.next
        } while request.after != nil
        #expect(faults.map(\.line) == [3, 5, 7, 9, 11] && faults.map(\.item) == [2, 4, 6, 8, 10])
        #expect(faults.allSatisfy { $0.errors == ["email": "invalid"] })
        let other = try await fixture.other("rival")
        request.organizationID = other.organizationID
        request.clientID = other.clientID
        #expect(await failure(fixture.caller, request)?.fields == ["import_job": "not_found"])
    }

    @Test("a dry run in the background changes no contact and keeps its counts; a job that cannot go on says why")
    func endings() async throws {
        let fixture = try await AudienceFixture.make()
        let dry = try await begin(fixture) { $0.dryRun = true }
        try await stage(fixture, dry, pages: 2)
        let broken = try await begin(fixture)
        try await stage(fixture, broken, pages: 1)
        try await fixture.script("UPDATE audience.import_jobs SET header = '{name}' WHERE id = \(broken)")
        let runner = try runner()
        while await runner.round() {}
        let end = try await report(fixture, dry)
        #expect(end.status == .succeeded && end.counts.skipped == 2 && end.counts.invalid == 2)
        #expect(try await fixture.count("audience.contacts") == 0)
        let failed = try await report(fixture, broken)
        #expect(failed.status == .failed && failed.error == "csv.header: missing_email_column")
    }

    @Test("items of a list are changes like upserts, with their faults by item")
    func items() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.upsert("out@example.com") { $0.status = .unsubscribed }
        let job = try await begin(fixture) {
            $0.format = .json
            $0.header = []
        }
        var first = ContactChange(email: "One@Example.com")
        first.tags = ["ML Zoomcamp"]
        first.attributes = ["a": 1, "gone": .null]
        var second = ContactChange(email: "two@example.com")
        second.tags = ["?"]
        var third = ContactChange(email: "out@example.com")
        third.status = .subscribed
        let lines = [first, second, ContactChange(email: "one@example.com"), third].flatMap { $0.importLine + [0x0A] } + Array("{]\n".utf8)
        var page = fixture.page(job, 0, lines, line: 1, refused: [RowFault(line: 2, item: 2, errors: ["item": "must_be_object"])], isLast: true)
        page.firstItem = 1
        _ = try await fixture.caller.call(StageImportPage(page: page))
        let runner = try runner()
        while await runner.round() {}
        let end = try await report(fixture, job)
        #expect(end.counts.total == 6 && end.counts.created == 1 && end.counts.unchanged == 1 && end.counts.skipped == 1)
        let one = try await fixture.status("one@example.com")
        #expect(one.tags == ["ml-zoomcamp"] && one.attributes == ["a": 1])
        #expect(try await fixture.status("out@example.com").client.status == .unsubscribed)
        let faults = try await fixture.caller.call(
            ImportFaults(organizationID: fixture.scope.organizationID, clientID: fixture.scope.clientID, jobID: job)
        ).faults
        #expect(faults.map(\.item) == [2, 3, 6])
        #expect(faults.map(\.errors) == [["item": "must_be_object"], ["tags.0": "invalid"], ["item": "invalid_json"]])
    }
}
