import CSV
import Contracts
import Foundation
import Model
import Testing

@testable import Operator

@Suite("What an import is known by, and what it reports")
struct ImportPartTests {
    @Test("the same bytes for other readers, in another encoding, of another format or once more are another import")
    func keys() async throws {
        try await TestFolder.with { folder in
            let path = folder + "/people.csv"
            _ = FileManager.default.createFile(atPath: path, contents: Data("email\na@example.com\n".utf8))
            let file = try ImportFile(path: path)
            func key(_ format: ImportFileFormat, _ encoding: String, _ audience: Int64, _ repetition: Int = 0) throws -> String {
                let part = try #require(try ImportPart.parts(of: file, format: format, encoding: encoding).first)
                return part.idempotencyKey("f", audienceID: AudienceID(audience), repetition: repetition)
            }
            #expect(try key(.csv, "utf-8", 1) == key(.csv, "utf-8", 1))
            let keys = [
                try key(.csv, "utf-8", 1), try key(.csv, "latin-1", 1), try key(.csv, "utf-8", 2), try key(.listmonk, "utf-8", 1),
                try key(.listmonk, "latin-1", 1), try key(.csv, "utf-8", 1, 1), try key(.csv, "utf-8", 1, 2),
            ]
            #expect(Set(keys).count == keys.count)
        }
    }

    @Test("refused rows are all written and counted, and only as many kept as are wanted")
    func rows() async throws {
        try await TestFolder.with { folder in
            let input = folder + "/people.csv"
            _ = FileManager.default.createFile(atPath: input, contents: Data("email\n".utf8))
            let file = try RefusedRowsFile(path: folder + "/out.csv", of: try ImportFile(path: input), namesSource: true)
            var rows = RefusedRows(keeping: 2, file: file, title: "a.csv")
            let fault = RowFault(line: 2, item: 1, email: "=x", errors: ["email": "invalid", "row": "y"], details: ["email": "no @, at all"])
            try rows.add([fault])
            try rows.add([fault, fault])
            #expect(rows.kept.count == 2 && rows.count == 3)
            #expect(!FileManager.default.fileExists(atPath: folder + "/out.csv"))
            try file.finish()
            let lines = try String(contentsOfFile: folder + "/out.csv", encoding: .utf8).split(separator: "\r\n")
            #expect(lines.count == 7 && lines.first == "line,email,field,reason,details,file")
            #expect(lines.dropFirst().prefix(2) == ["2,'=x,email,invalid,\"no @, at all\",a.csv", "2,'=x,row,y,,a.csv"])
            #expect(throws: CommandFailure.self) {
                _ = try RefusedRowsFile(path: folder + "/./people.csv", of: try ImportFile(path: input), namesSource: false)
            }
            #expect(try String(contentsOfFile: input, encoding: .utf8) == "email\n")
        }
    }

    @Test("a summary says each reason in words, what is not listed, and what is not known any more")
    func summary() {
        var counts = ImportCounts()
        counts.total = 10
        counts.invalid = 5
        var summary = ImportSummary(counts: counts, dryRun: false)
        summary.faults = [
            RowFault(line: 3, item: 2, errors: ["email": "invalid"], details: ["email": "the address has no @"]),
            RowFault(line: 4, item: 3, errors: ["row": "x"]),
        ]
        summary.explained = 4
        #expect(
            summary.lines(showing: 1) == [
                "10 rows: 0 created, 0 updated, 0 unchanged, 0 skipped, 5 refused", "  line 3: email: invalid (the address has no @)",
                "  … 3 more (--show-faults N, or --faults FILE for all)", "  … 1 more, whose reasons are not kept any more",
            ]
        )
        #expect(summary.lines(showing: 2).contains("  line 4: row: x"))
        summary.earlier = ImportSummary.Earlier(jobID: ImportJobID(7), finishedAt: Timestamp(microseconds: 0), counts: counts)
        #expect(
            summary.lines(showing: 0).first == "this very file was imported before, at 1970-01-01T00:00:00.000000Z (import 7): "
                + "10 rows: 0 created, 0 updated, 0 unchanged, 0 skipped, 5 refused"
        )
    }
}
