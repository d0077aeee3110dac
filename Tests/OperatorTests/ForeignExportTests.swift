import CSV
import Foundation
import TestSupport
import Testing

@testable import Operator

@Suite("Exports of other programs")
struct ForeignExportTests {
    /// The records of the pages as columns by name, with line and item as an importer counts them.
    private func rows(_ pager: any ImportPager, _ text: String, chunk: Int = 7) throws -> [[String: String]] {
        var pager = pager
        var pages: [CSVPage] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            pages += try pager.push(Array(bytes[start..<min(start + chunk, bytes.count)]))
        }
        pages += try pager.finish()
        let header = try #require(pager.header)
        var rows: [[String: String]] = []
        for page in pages {
            for refusal in page.refusals { rows.append(["line": "\(refusal.line)", "item": "\(refusal.recordNumber - 1)", "refused": refusal.code]) }
            var splitter = CSVRecordSplitter()
            var row = CSVRow()
            let take: (CSVPiece) -> Void = { piece in
                guard case .record(let record) = piece, (try? CSVFieldParser(expectedFieldCount: header.count).parse(record, into: &row)) != nil
                else { return }
                var named = ["line": "\(record.line + page.firstLine - 1)", "item": "\(record.number + page.firstItem - 1)"]
                for (index, name) in header.enumerated() where !row.string(index).isEmpty { named[name] = row.string(index) }
                rows.append(named)
            }
            splitter.push(page.bytes, emit: take)
            splitter.finish(emit: take)
        }
        return rows
    }

    private func mailchimp(_ name: String, _ text: String) throws -> [[String: String]] {
        try rows(TranslatingPager(encoding: .utf8) { try MailchimpTranslation(header: $0, fileName: name) }, text)
    }

    @Test("Mailchimp's subscribers are subscribed and verified, with merge fields, tags and the evidence of consent")
    func subscribed() throws {
        let text = #"""
            "Email Address","First Name","Status",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,NOTES,TAGS
            Ann@Example.com,"Ann
            Bee",gold,2,"2023-01-02 03:04:05",192.0.2.1,"2023-01-03 03:04:05","=1+1","""VIP"",""early, bird;x"""
            b@example.com,Bo
            c@example.com,,,,"2022-01-02 03:04:05",,,,
            """#
        let found = try mailchimp("lists/subscribed_members_export_1.csv", text)
        #expect(
            found == [
                [
                    "line": "2", "item": "1", "email": "Ann@Example.com", "status": "subscribed", "verified": "true",
                    "verified_at": "2023-01-03T03:04:05Z", "tags": "VIP;early, bird x", "first_name": "Ann\nBee", "mailchimp_status": "gold",
                    "mailchimp_optin_time": "2023-01-02 03:04:05", "mailchimp_optin_ip": "192.0.2.1",
                    "mailchimp_confirm_time": "2023-01-03 03:04:05", "notes": "=1+1",
                ],
                ["line": "4", "item": "2", "refused": "wrong_field_count"],
                [
                    "line": "5", "item": "3", "email": "c@example.com", "status": "subscribed", "verified": "true",
                    "verified_at": "2022-01-02T03:04:05Z", "mailchimp_optin_time": "2022-01-02 03:04:05",
                ],
            ]
        )
    }

    @Test("who unsubscribed, was cleaned or never subscribed at Mailchimp is never subscribed here")
    func others() throws {
        let gone = try mailchimp(
            "unsubscribed_members_export_1.csv",
            "Email Address,UNSUB_TIME,UNSUB_REASON,UNSUB_REASON_OTHER\nu@example.com,2024-01-01 00:00:00,OTHER,too much\n"
        )
        #expect(gone.first?["status"] == "unsubscribed" && gone.first?["unsubscribed_at"] == "2024-01-01T00:00:00Z")
        #expect(gone.first?["unsubscribe_reason"] == "Mailchimp: OTHER: too much" && gone.first?["verified"] == nil)
        let cleaned = try mailchimp("cleaned_members_export_1.csv", "Email Address,CLEAN_TIME\nc@example.com,2024-01-01 00:00:00\n")
        #expect(cleaned == [["line": "2", "item": "1", "email": "c@example.com", "hard_bounced": "true"]])
        let never = try mailchimp("nonsubscribed_members_export_1.csv", "Email Address\nn@example.com\n")
        #expect(never == [["line": "2", "item": "1", "email": "n@example.com"]])
        let told = try mailchimp("export.csv", "Email Address,UNSUB_TIME\nu@example.com,\n")
        #expect(told.first?["status"] == "unsubscribed")
        #expect(throws: CommandFailure.self) { try mailchimp("export.csv", "Email Address,First Name\na@example.com,A\n") }
        #expect(throws: (any Error).self) { try mailchimp("subscribed_x.csv", "Mail,First Name\na@example.com,A\n") }
    }

    @Test("listmonk's states: enabled is subscribed, disabled unsubscribed, blocklisted unsubscribed from everything, others refuse the row")
    func listmonk() throws {
        let text = """
            uuid,email,name,attributes,status,created_at,updated_at
            1-2,a@example.com,Ann,"{""city"": ""Roma""}",enabled,2024-05-06T07:08:09Z,
            3-4,b@example.com,,{},blocklisted,,
            5-6,c@example.com,,,disabled,,
            7-8,d@example.com,,,strange,,
            """
        let found = try rows(TranslatingPager(encoding: .utf8) { ListmonkTranslation(header: $0) }, text)
        #expect(
            found.first == [
                "line": "2", "item": "1", "email": "a@example.com", "status": "subscribed", "verified": "true",
                "verified_at": "2024-05-06T07:08:09Z", "attributes": #"{"city": "Roma"}"#, "name": "Ann", "listmonk_uuid": "1-2",
            ]
        )
        #expect(found.map { $0["status"] } == ["subscribed", "unsubscribed", "unsubscribed", "strange"])
        #expect(found.map { $0["global_unsubscribed"] } == [nil, "true", nil, nil])
        let list = "email,status,subscription_status\na@x.org,enabled,unsubscribed\nb@x.org,enabled,unconfirmed\nc@x.org,enabled,confirmed\n"
        let states = try rows(TranslatingPager(encoding: .utf8) { ListmonkTranslation(header: $0) }, list)
        #expect(states.map { $0["status"] } == ["unsubscribed", nil, "subscribed"])
    }

    @Test("an archive's member files are found by their names, those who must not be mailed first, and read without unpacking")
    func archive() async throws {
        try await TestFolder.with { folder in
            let path = folder + "/export.zip"
            let script = """
                import sys, zipfile
                with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
                    z.writestr("lists/subscribed_members_export_[1].csv", "Email Address\\n" + "a@example.com\\n" * 50000)
                    z.writestr("lists/cleaned_members_export_1.csv", "Email Address,CLEAN_TIME\\nc@example.com,\\n")
                    z.writestr("campaigns/campaigns.csv", "Title\\nx\\n")
                    z.writestr("lists/unsubscribed_members_export_1.csv", "Email Address,UNSUB_TIME\\nu@example.com,\\n")
                """
            try await TestProcess.run(["/usr/bin/python3", "-c", script, path])
            let parts = try ImportPart.parts(of: try ImportFile(path: path), format: .mailchimp, encoding: "utf-8")
            #expect(
                parts.map(\.input.title) == [
                    "lists/cleaned_members_export_1.csv", "lists/unsubscribed_members_export_1.csv",
                    "lists/subscribed_members_export_[1].csv",
                ]
            )
            var bytes = 0
            try await parts[2].input.forEachChunk { bytes += $0.count }
            #expect(bytes == 14 + 50_000 * 14)
            #expect(throws: CommandFailure.self) { try ImportPart.parts(of: try ImportFile(path: path), format: .csv, encoding: "utf-8") }
            let whole = try #require(FileManager.default.contents(atPath: path))
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
            #expect(throws: CommandFailure.self) { try ImportPart.parts(of: try ImportFile(path: path), format: .mailchimp, encoding: "utf-8") }
        }
    }
}
