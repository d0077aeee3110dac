import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@testable import AudienceService

/// Pages of many new contacts go in by COPY; everything must read as if each row had been inserted.
@Suite("Imports of many new contacts", .timeLimit(.minutes(2)), .database(DatabaseTrait.audience))
struct ImportBulkTests {
    private static let header =
        "email,status,verified,verified_at,tags,attributes,plan,email_validation_status,email_validation_reason,hard_bounced,complained,"
        + "global_unsubscribed,unsubscribed_at,unsubscribe_reason"

    private static func row(_ number: Int) -> String {
        switch number % 7 {
        case 0: "U\(number)@Example.com,subscribed,true,2024-01-02T03:04:05Z,a;b,,pro,valid,checked,,,,,"
        case 1:
            "u\(number)@example.com,unsubscribed,,,a,\"{\"\"x\"\": null, \"\"deep\"\": {\"\"y\"\": null}}\",,,,,,,2023-05-06T07:08:09Z,\"too, much\""
        case 2: "u\(number)@example.com,,,,,,,no_mx,,true,,,,"
        case 3: "u\(number)@example.com,pending,yes,,,\"{\"\"n\"\": [1, 2.50]}\",basic,,,,true,yes,,"
        case 4: "u\(number)@example.com,,,,,,,,,,,,,"
        case 5: "u\(number)@example.com,subscribed,no,,Größe;c,,null,,,,,,,"
        default: "not an address,,,,,,,,,,,,,"
        }
    }

    /// Everything but ids and times of writing, which no two imports share.
    private func contents(_ fixture: AudienceFixture) async throws -> [String] {
        try await fixture.owner.run(EverythingStored())
    }

    @Test("what many rows store is what the same rows store a few at a time", arguments: [Int.max, 400])
    func sameAsInserted(linesPerPage: Int) async throws {
        let file = ([Self.header] + (0..<900).map(Self.row)).joined(separator: "\n")
        let fixture = try await AudienceFixture.make()
        let many = try await fixture.importCSV(file, wantsResults: false, linesPerPage: linesPerPage)
        let bulk = try await contents(fixture)
        try await fixture.script("TRUNCATE audience.contacts, audience.memberships, audience.subscriptions CASCADE")
        let few = try await fixture.importCSV(file, wantsResults: false, linesPerPage: NewContactCopy.minimumCount - 1)
        #expect(many.counts == few.counts)
        #expect(many.counts.created == 772 && many.counts.invalid == 128)
        #expect(many.faults == few.faults)
        #expect(bulk.count == 772)
        let inserted = try await contents(fixture)
        for (copied, row) in zip(bulk, inserted) where copied != row { #expect(copied == row) }
        #expect(try await fixture.caller.call(AudienceVerify()).mismatches.isEmpty)
    }

    @Test("among many rows, known people keep their opt-out and erased ones stay out (I6)")
    func mixed() async throws {
        let fixture = try await AudienceFixture.make()
        _ = try await fixture.importCSV("email,status\nu3@example.com,unsubscribed\nu4@example.com,subscribed\n")
        try await fixture.eraseForTest("u5@example.com")
        let rows = (0..<600).map { "u\($0)@example.com,subscribed,true" } + ["u7@example.com,pending,false"]
        let result = try await fixture.importCSV("email,status,verified\n" + rows.joined(separator: "\n"), wantsResults: false)
        #expect(result.counts.created == 597 && result.counts.updated == 2)
        #expect(result.counts.skipped == 1 && result.counts.invalid == 1)
        #expect(result.faults.map(\.errors) == [["email": "erased"]] && result.faults.map(\.line) == [7])
        #expect(try await fixture.status("u3@example.com").client.status == .unsubscribed)
        #expect(try await fixture.status("u599@example.com").marketingRefusal == nil)
    }

    @Test("a page that comes before its predecessor waits for it", .timeLimit(.minutes(1)))
    func pagesTogether() async throws {
        let fixture = try await AudienceFixture.make()
        let job = try await fixture.caller.call(BeginImport(scope: fixture.scope, header: ["email"], delimiter: ",")).jobID
        let pages = (0..<4).map { number in
            var page = fixture.page(
                job,
                number,
                Array("u\(number)@example.com\nu\(number - 1)@example.com\n".utf8),
                line: 2 + number * 2,
                item: 1 + number * 2,
                isLast: number == 3
            )
            page.waitsForPrevious = true
            return page
        }
        let counts = try await withThrowingTaskGroup(of: ImportCounts.self) { group in
            for page in pages.reversed() { group.addTask { try await fixture.caller.call(page).counts } }
            return try await group.reduce(into: []) { $0.append($1) }.max { $0.total < $1.total }
        }
        #expect(counts?.total == 8 && counts?.created == 5 && counts?.skipped == 3)
    }

    @Test("a page whose predecessor fails is refused at once", .timeLimit(.minutes(1)))
    func failedPredecessor() async throws {
        let turns = ImportTurns()
        let first = turns.enter(ImportJobID(1), 0)
        let second = turns.enter(ImportJobID(1), 1)
        turns.leave(first)
        await second.turn(within: .seconds(3_600))
        turns.leave(second)
        let cancelled = Task { await turns.enter(ImportJobID(2), 1).turn(within: .seconds(3_600)) }
        cancelled.cancel()
        await cancelled.value
    }
}
