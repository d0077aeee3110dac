import Contracts
import Cryptography
import Foundation
import JSON
import JSONRPC
import Logging
import Model
import Postgres
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@testable import AudienceService

/// A file that comes in pieces, and may be cut off.
final class ScriptedListSource: ListImportSource {
    /// What a killed process looks like from inside.
    struct Killed: Error {}

    struct Script: Sendable {
        var bytes: [UInt8]
        var piece = 700
        /// After so many bytes the process dies.
        var killedAfter: Int?
        var failure: ListImportFailure?
    }

    private let scripts: Mutex<[Script]>
    private let reads = Mutex(0)

    /// One script for each time that the file is read; the last one for all further times.
    init(_ scripts: [Script]) { self.scripts = Mutex(scripts) }

    convenience init(_ text: String) { self.init([Script(bytes: Array(text.utf8))]) }

    var count: Int { reads.withLock { $0 } }

    func read(_ url: String, _ receive: ([UInt8]) async throws -> Void) async throws {
        reads.withLock { $0 += 1 }
        let script = scripts.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        var sent = 0
        while sent < script.bytes.count {
            if let limit = script.killedAfter, sent >= limit { throw Killed() }
            let end = min(sent + script.piece, script.bytes.count)
            try await receive(Array(script.bytes[sent..<end]))
            sent = end
        }
        if let failure = script.failure { throw failure }
    }
}

extension AudienceFixture {
    func runner(_ source: any ListImportSource) throws -> ListImportRunner {
        let database = try #require(TestDatabase.current).pool(asRole: "datamailer_audience")
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return ListImportRunner(database: database, source: source, bell: WakeSignal(), logger: logger)
    }

    func addImport(
        _ key: String,
        url: String = "https://example.org/m.jsonl",
        idempotencyKey: String? = nil,
        removesAbsent: Bool = false
    ) async throws -> ListImportAdded {
        try await caller.call(
            AddListImport(
                scope: scope,
                listKey: key,
                list: ListChange(name: "Imported"),
                sourceURL: url,
                idempotencyKey: idempotencyKey,
                removesAbsent: removesAbsent
            )
        )
    }

    func job(_ id: Int64, of key: String) async throws -> ListImport {
        try await caller.call(GetListImport(scope: scope, listKey: key, id: id))
    }

    /// As time passes.
    func makeImportsDue() async throws { try await script("UPDATE audience.list_import_jobs SET due_at = now()") }
}

@Suite("Imports of members from a URL", .database(DatabaseTrait.audience))
struct ListImportTests {
    static func file(_ numbers: some Sequence<Int>) -> String {
        numbers.map { #"{"source_object_key":"user:\#($0)","email":"user\#($0)@example.com","metadata":{"n":\#($0)}}"# + "\n" }.joined()
    }

    @Test("a file is applied whole: counts, hash, list and cascade; the same key answers the same job")
    func success() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.bulk("ml:@hw", ListMemberChange.numbered(1...3))
        let added = try await fixture.addImport("ml:@hw", idempotencyKey: "job-1", removesAbsent: true)
        #expect(added.created && added.job.status == .pending && added.job.list == nil)
        #expect(try await fixture.caller.call(AudienceTick()).due >= 1)
        // A byte order mark, blank lines, foreign line ends and no end of the last line.
        let text =
            "\u{FEFF}\r\n" + Self.file(2...12_000).replacingOccurrences(of: "\n", with: "\r\n") + "\n  \n"
            + #"{"source_object_key":"user:2","member":{"email":"user2@example.com","status":"removed"}}"#
        let source = ScriptedListSource([.init(bytes: Array(text.utf8), piece: 70_001)])
        let runner = try fixture.runner(source)
        #expect(await runner.hasWork())
        #expect(try await runner.round() == 1)
        #expect(await !runner.hasWork())
        let job = try await fixture.job(added.job.id, of: "ml:@hw")
        #expect(job.status == .succeeded && job.error.isEmpty && job.rowCount == 12_000 && job.failedCount == 0)
        #expect(job.createdCount == 11_997 && job.updatedCount == 3 && job.removedCount == 1)
        #expect(job.contentSHA256 == Hexadecimal.encode(SHA256.hash(Array(text.utf8))))
        #expect(job.startedAt != nil && job.completedAt != nil)
        #expect(job.list?.memberCount == 12_000 && job.list?.activeMemberCount == 11_998 && job.list?.name == "Imported")
        #expect(job.list?.lastReconciledAt != nil)
        #expect(try await fixture.list("ml").activeMemberCount == 11_998)
        #expect(try await fixture.count("audience.list_import_rows") == 0)
        #expect(try await fixture.mismatches().isEmpty)
        let replay = try await fixture.addImport("other", idempotencyKey: "job-1")
        #expect(!replay.created && replay.job == job)
    }

    @Test("when a line is refused nothing is applied, and each refused line is told")
    func refusedLines() async throws {
        let fixture = try await AudienceFixture.make()
        try await fixture.eraseForTest("gone@example.com")
        let added = try await fixture.addImport("x")
        let text =
            Self.file(1...2) + """
                not json
                [1]
                {"source_object_key":"","email":"nobody","status":"x"}
                {"source_object_key":"k","email":"gone@example.com"}
                {"source_object_key":7,"email":"a@example.com","metadata":[]}
                {"source_object_key":"k\\u0000","email":"a@example.com"}
                {"source_object_key":"long","email":"\(String(repeating: "a", count: ListImportLine.maximumBytes))"}

                """
        _ = try await fixture.runner(ScriptedListSource(text)).round()
        let job = try await fixture.job(added.job.id, of: "x")
        #expect(job.status == .failed && job.error == "row_validation_failed" && job.rowCount == 9 && job.failedCount == 7)
        #expect(
            job.failedRows == [
                .init(line: 3, errors: ["line": "invalid_json"]), .init(line: 4, errors: ["line": "must_be_object"]),
                .init(line: 5, errors: ["source_object_key": "required", "email": "invalid", "status": "invalid"]),
                .init(line: 6, errors: ["email": "erased"]),
                .init(line: 7, errors: ["source_object_key": "must_be_string", "metadata": "must_be_object"]),
                .init(line: 8, errors: ["source_object_key": "invalid"]), .init(line: 9, errors: ["line": "too_long"]),
            ]
        )
        #expect(try await fixture.count("audience.contacts") == 0)
        #expect(try await fixture.count("audience.recipient_lists") == 0)
        #expect(try await fixture.count("audience.list_import_rows") == 0)
    }

    @Test("a process that is killed while reading is followed by another, which reads on; no row is kept twice")
    func killedWhileReading() async throws {
        let fixture = try await AudienceFixture.make()
        let added = try await fixture.addImport("x")
        let bytes = Array(Self.file(1...13_000).utf8)
        let source = ScriptedListSource([
            .init(bytes: bytes, piece: 10_000, killedAfter: 700_000), .init(bytes: bytes, piece: 9_999, killedAfter: 900_000),
            .init(bytes: bytes, piece: 12_345),
        ])
        let runner = try fixture.runner(source)
        _ = try await runner.round()
        let mark = try await fixture.text("SELECT read_lines || ' ' || row_count FROM audience.list_import_jobs")
        #expect(mark == "5000 5000")
        // Nobody takes it while the lease of the dead one holds.
        #expect(try await runner.round() == 0)
        try await fixture.makeImportsDue()
        _ = try await runner.round()
        try await fixture.makeImportsDue()
        _ = try await runner.round()
        let job = try await fixture.job(added.job.id, of: "x")
        #expect(job.status == .succeeded && job.rowCount == 13_000 && job.createdCount == 13_000 && job.updatedCount == 0)
        #expect(job.contentSHA256 == Hexadecimal.encode(SHA256.hash(bytes)))
        #expect(try await fixture.list("x").activeMemberCount == 13_000)
    }

    @Test("a file that changed meanwhile is begun anew")
    func changedFile() async throws {
        let fixture = try await AudienceFixture.make()
        let added = try await fixture.addImport("x")
        let old = Array(Self.file(1...8_000).utf8)
        let new = Array(Self.file(1_000...7_000).utf8)
        let source = ScriptedListSource([.init(bytes: old, piece: 50_000, killedAfter: 600_000), .init(bytes: new, piece: 50_000)])
        let runner = try fixture.runner(source)
        _ = try await runner.round()
        try await fixture.makeImportsDue()
        _ = try await runner.round()
        let job = try await fixture.job(added.job.id, of: "x")
        #expect(job.status == .succeeded && job.rowCount == 6_001 && job.createdCount == 6_001)
        #expect(try await fixture.list("x").memberCount == 6_001)
    }

    @Test("a process that is killed while applying is followed by another from the last page on")
    func killedWhileApplying() async throws {
        let fixture = try await AudienceFixture.make()
        let added = try await fixture.addImport("x", removesAbsent: true)
        try await fixture.bulk("x", ListMemberChange.numbered(20_001...20_005))
        let runner = try fixture.runner(ScriptedListSource(Self.file(1...12_000)))
        // The third page cannot be written.
        try await fixture.script(
            """
            CREATE FUNCTION audience.stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF (SELECT count(*) FROM audience.list_members) > 20000 THEN RAISE 'stopped'; END IF; RETURN NULL; END $$;
            CREATE TRIGGER stop AFTER INSERT ON audience.list_members FOR EACH STATEMENT EXECUTE FUNCTION audience.stop();
            """
        )
        _ = try await runner.round()
        #expect(try await fixture.text("SELECT applied_line || ' ' || created_count FROM audience.list_import_jobs") == "5000 5000")
        try await fixture.script("DROP TRIGGER stop ON audience.list_members")
        try await fixture.makeImportsDue()
        _ = try await runner.round()
        let job = try await fixture.job(added.job.id, of: "x")
        #expect(job.status == .succeeded && job.createdCount == 12_000 && job.removedCount == 5)
        #expect(try await fixture.list("x").activeMemberCount == 12_000)
        #expect(try await fixture.mismatches().isEmpty)
    }

    @Test("two workers of one import do not apply it twice")
    func twoWorkers() async throws {
        let fixture = try await AudienceFixture.make()
        let added = try await fixture.addImport("x")
        let source = ScriptedListSource([.init(bytes: Array(Self.file(1...11_000).utf8), piece: 40_000)])
        let runner = try fixture.runner(source)
        let first = try #require(try await runner.database.first(ClaimListImport(leaseSeconds: 0)))
        let second = try #require(try await runner.database.first(ClaimListImport(leaseSeconds: 30)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in [first, second] {
                group.addTask { try await ListImportWorker(database: runner.database, source: source, logger: runner.logger).run(job) }
            }
            try await group.waitForAll()
        }
        // The one that lost has left the rest to the other, or the lease ends and somebody takes it.
        try await fixture.makeImportsDue()
        _ = try await runner.round()
        let job = try await fixture.job(added.job.id, of: "x")
        #expect(job.status == .succeeded && job.rowCount == 11_000 && job.createdCount == 11_000)
    }

    @Test("a failure that may pass is tried again some times, one that will not ends the job at once")
    func failures() async throws {
        let fixture = try await AudienceFixture.make()
        let lasting = try await fixture.addImport("x")
        _ = try await fixture.runner(ScriptedListSource([.init(bytes: [], failure: .fetch("status_404"))])).round()
        let failed = try await fixture.job(lasting.job.id, of: "x")
        #expect(failed.status == .failed && failed.error == "fetch_failed: status_404" && failed.completedAt != nil)
        let passing = try await fixture.addImport("x")
        let source = ScriptedListSource([.init(bytes: [], failure: .fetch("status_503", isTransient: true))])
        let runner = try fixture.runner(source)
        for attempt in 1...ListImportWorker.maximumAttempts {
            #expect(try await fixture.job(passing.job.id, of: "x").status != .failed)
            try await fixture.makeImportsDue()
            _ = try await runner.round()
            #expect(source.count == attempt)
        }
        #expect(try await fixture.job(passing.job.id, of: "x").error == "fetch_failed: status_503")
    }

    @Test(
        "a URL's form is checked when the import is accepted",
        arguments: [
            ("", "required"), ("ftp://x", "invalid"), ("https://", "invalid"), ("nonsense", "invalid"), ("https://u:p@example.org/", "invalid"),
            ("https://a b/", "invalid"), ("https://example.org/" + String(repeating: "a", count: 2_050), "too_long"),
        ]
    )
    func urlForms(_ url: String, _ reason: String) async throws {
        let fixture = try await AudienceFixture.make()
        let call = AddListImport(scope: fixture.scope, listKey: "x", list: ListChange(), sourceURL: url, idempotencyKey: nil)
        #expect(await failure(fixture.caller, call)?.fields == ["source_url": reason])
        #expect(try await fixture.count("audience.list_import_jobs") == 0)
    }

    @Test("a job of another list, client or organization is not found; jobs of a list come newest first")
    func findingJobs() async throws {
        let fixture = try await AudienceFixture.make()
        let other = try await fixture.other("other")
        var ids: [Int64] = []
        for _ in 0..<3 { ids.append(try await fixture.addImport("x").job.id) }
        for (scope, key) in [(other, "x"), (fixture.scope, "y")] {
            let call = GetListImport(scope: scope, listKey: key, id: ids[0])
            #expect(await failure(fixture.caller, call)?.fields == ["import_job": "not_found"])
        }
        let page = try await fixture.caller.call(ListImports(scope: fixture.scope, listKey: "x", limit: 2))
        #expect(page.jobs.map(\.id) == [ids[2], ids[1]] && page.next == ids[1])
        let rest = try await fixture.caller.call(ListImports(scope: fixture.scope, listKey: "x", before: page.next, limit: 2))
        #expect(rest.jobs.map(\.id) == [ids[0]] && rest.next == nil)
    }
}
