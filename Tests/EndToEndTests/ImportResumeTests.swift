import Contracts
import Foundation
import JSON
import Model
import Testing

extension EndToEnd {
    @Suite("An import by the command that is killed", .serialized) struct ImportResume {
        private static let count = 60_000

        /// Every thousandth row is refused.
        private func file(_ folder: TemporaryFolder) throws -> String {
            var csv = "email,status,verified,name\n"
            for row in 1...Self.count {
                csv += row % 1_000 == 0 ? "no address \(row),subscribed,true,x\n" : "p\(row)@example.com,subscribed,true,Name \(row)\n"
            }
            return try folder.write("people.csv", csv.utf8)
        }

        @Test("Killed in the middle of its file and run again: every row counts once, nobody is there twice", .timeLimit(.minutes(15)))
        func killed() async throws {
            try await withUp { up, folder in
                let tenant = try await Tenant(up)
                let words = ["contacts", "import", try file(folder), "--audience", "news", "--client", "shop"]
                let job = GetImportJob(organizationID: tenant.scope.organizationID, clientID: tenant.scope.clientID, jobID: ImportJobID(1))
                let command = try await KeptProcess.start(
                    [try Fixtures.executable("datamailer")] + words + ["--state", up.state],
                    environment: up.environment,
                    folder: folder,
                    name: "killed"
                )
                try await eventually("pages are applied") { ((try? await up.call(job))?.counts.total ?? 0) > 0 }
                command.signal(SIGKILL)
                #expect(try await command.end(within: .seconds(10)) == -SIGKILL)
                let left = try await up.call(job)
                #expect(left.status == .processing && left.counts.total < Self.count, "the whole file was applied before the kill")

                let refused = folder.path + "/refused.csv"
                let summary = try await up.json(words + ["--faults", refused], folder)
                let (good, bad) = (Int64(Self.count - Self.count / 1_000), Int64(Self.count / 1_000))
                #expect(
                    summary["counts"]?.numbers
                        == ["total": good + bad, "created": good, "updated": 0, "unchanged": 0, "skipped": 0, "invalid": bad]
                )
                #expect((summary["resumed_pages"]?.int64Value ?? 0) > 0)
                #expect((summary["faults"]?.arrayValue ?? []).compactMap { $0["item"]?.int64Value } == (1...bad).map { $0 * 1_000 })
                let rows = String(decoding: FileManager.default.contents(atPath: refused) ?? Data(), as: UTF8.self).split(separator: "\r\n")
                #expect(rows.count == Int(bad) + 1 && rows.dropFirst().first?.hasPrefix("1001,no address 1000,email,invalid,") == true)
                let anew = try await up.json(words + ["--again"], folder)
                #expect(anew["counts"]?["unchanged"]?.int64Value == good && anew["counts"]?["created"]?.int64Value == 0)
                try await up.expectVerified(folder)
            }
        }
    }
}

extension JSONValue {
    /// The members of an object of integers.
    var numbers: [String: Int64] {
        Dictionary(uniqueKeysWithValues: (objectValue?.members ?? []).map { (key, value) in (key, value.int64Value ?? -1) })
    }
}
