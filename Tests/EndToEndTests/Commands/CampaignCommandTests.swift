import Foundation
import JSON
import Testing

extension EndToEnd.Commands {
    @Suite("Campaigns", .serialized) struct Campaigns {
        @Test("create, queue, pause, resume, cancel, list, recipients and watch do what they say, without a client's name", .timeLimit(.minutes(15)))
        func life() async throws {
            try await withUpOnSharedServer(["DATAMAILER_MAX_SEND_RATE": "5"]) { up, folder in
                try await Self.prepare(up, folder, contacts: 60)
                let created = try await up.json(try Self.create("july", folder), folder)
                #expect(created["created"]?.boolValue == true && created["campaign"]?["status"]?.stringValue == "draft")
                let early = try await up.command(["campaign", "watch", "july"], folder)
                #expect(early.code == 1 && early.errors.contains("has not been queued"))

                #expect(try await up.json(["campaign", "queue", "july"], folder)["queued"]?.boolValue == true)
                try await eventually("some are sent") { try await Self.count("sent_count", "july", up, folder) > 0 }
                let paused = try await up.json(["campaign", "pause", "july"], folder)
                #expect(paused["campaign"]?["status"]?.stringValue == "paused")
                let twice = try await up.command(["campaign", "resume", "none"], folder)
                #expect(twice.code == 1 && twice.errors.contains("external_key: not_found") && twice.output.isEmpty)
                let resumed = try await up.command(["campaign", "resume", "july"], folder)
                #expect(resumed.code == 0 && resumed.output.contains("july: sending"), "\(resumed.output)\(resumed.errors)")

                let cancelled = try await up.json(["campaign", "cancel", "july"], folder)
                #expect(cancelled["cancelled"]?.boolValue == true && cancelled["campaign"]?["status"]?.stringValue == "cancelled")
                let skipped = try #require(cancelled["skipped_count"]?.int64Value)
                #expect(skipped > 0)
                let late = try await up.command(["campaign", "resume", "july"], folder)
                #expect(late.code == 1 && late.errors.contains("status: not_resumable"))
                let watched = try await up.command(["campaign", "watch", "july"], folder)
                #expect(watched.code == 1 && watched.errors.contains("july: cancelled"))

                let rows = try await up.json(["campaign", "recipients", "july", "--in-state", "skipped", "--limit", "1000"], folder)
                let reasons = (rows["recipients"]?.arrayValue ?? []).map { $0["skip_reason"]?.stringValue }
                #expect(Int64(reasons.count) == skipped && Set(reasons) == ["campaign_cancelled"])
                #expect(try await up.command(["campaign", "recipients", "july", "--in-state", "lost"], folder).code == 64)
                let list = try await up.json(["campaign", "list", "--limit", "1"], folder)["campaigns"]?.arrayValue
                #expect(list?.map { $0["external_key"]?.stringValue } == ["july"])
                let text = try await up.command(["campaign", "list"], folder)
                #expect(text.code == 0 && text.output.hasPrefix("july: cancelled\n"))
            }
        }

        @Test("resend sends the failed again and says how many; which ones must be said", .timeLimit(.minutes(15)))
        func resend() async throws {
            try await withUpOnSharedServer { up, folder in
                try await Self.prepare(up, folder, contacts: 4)
                let body = try folder.write("strict.html", "<p>{{ contact.attributes.number }}</p>".utf8)
                let words = ["campaign", "create", "strict", "--audience", "news", "--subject", "S", "--html", body, "--strict-variables"]
                _ = try await up.json(words, folder)
                _ = try await up.json(["campaign", "queue", "strict"], folder)
                #expect(try await up.command(["campaign", "watch", "strict"], folder).code == 0)
                #expect(try await Self.count("failed_count", "strict", up, folder) == 3)
                #expect(try await up.command(["campaign", "resend", "strict"], folder).code == 64)
                #expect(try await up.command(["campaign", "resend", "strict", "--failed", "--unknown"], folder).code == 64)
                #expect(try await up.json(["campaign", "resend", "strict", "--failed"], folder)["resent_count"]?.int64Value == 3)
                #expect(try await up.command(["campaign", "watch", "strict"], folder).code == 0)
                #expect(try await up.json(["campaign", "resend", "strict", "--unknown"], folder)["resent_count"]?.int64Value == 0)
            }
        }

        @Test("where several clients have the key, none is guessed: the error names them, and a name decides", .timeLimit(.minutes(15)))
        func ambiguous() async throws {
            try await withUpOnSharedServer { up, folder in
                for organization in ["acme", "zeta"] {
                    let words = ["provision", "--organization", organization, "--audience", "news", "--client", "shop"]
                    _ = try await up.json(words + ["--sender", "a=a@\(organization).example"], folder)
                }
                let nameless = try await up.command(try Self.create("july", folder), folder)
                #expect(nameless.code == 1 && nameless.errors.contains("client: ambiguous"))
                #expect(nameless.errors.contains("--organization acme --client shop") && nameless.errors.contains("--organization zeta"))
                let half = try await up.command(try Self.create("july", folder) + ["--client", "shop"], folder)
                #expect(half.code == 1 && half.errors.contains("client: ambiguous (in the organizations acme, zeta at least)"))
                #expect(try await up.command(["campaign", "list"], folder).code == 1)

                for organization in ["acme", "zeta"] {
                    _ = try await up.json(try Self.create("july", folder) + ["--organization", organization], folder)
                }
                _ = try await up.json(try Self.create("august", folder) + ["--organization", "zeta", "--client", "shop"], folder)
                let told = try await up.command(["campaign", "status", "july"], folder)
                #expect(told.code == 1 && told.output.isEmpty && told.errors.contains("several clients have a campaign july"))
                #expect(told.errors.contains("--organization acme --client shop") && told.errors.contains("--organization zeta --client shop"))
                let acme = try await up.json(["campaign", "status", "july", "--organization", "acme"], folder)
                let zeta = try await up.json(["campaign", "status", "july", "--organization", "zeta", "--client", "shop"], folder)
                #expect(acme["campaign"]?["client_id"] != zeta["campaign"]?["client_id"])
                #expect(try await up.json(["campaign", "status", "august"], folder)["campaign"]?["client_id"] == zeta["campaign"]?["client_id"])
                let foreign = try await up.command(["campaign", "status", "august", "--organization", "acme"], folder)
                #expect(foreign.code == 1 && foreign.errors.contains("external_key: not_found"))
            }
        }

        private static func prepare(_ up: UpProcess, _ folder: TemporaryFolder, contacts: Int) async throws {
            let words = ["provision", "--organization", "acme", "--audience", "news", "--client", "shop", "--sender", "team=team@acme.example"]
            _ = try await up.json(words, folder)
            // Only the first has a number.
            let number = "\"{\"\"number\"\":1}\""
            let rows = (1...contacts).map { "c\($0)@example.com,subscribed,yes,\($0 == 1 ? number : "")\n" }.joined()
            let file = try folder.write("people.csv", ("email,status,verified,attributes\n" + rows).utf8)
            let summary = try await up.json(["contacts", "import", file, "--audience", "news"], folder)
            #expect(summary["counts"]?["created"]?.int64Value == Int64(contacts), "\(summary.text)")
        }

        private static func create(_ key: String, _ folder: TemporaryFolder) throws -> [String] {
            let body = try folder.write("body.html", "<p>Hello {{ contact.email }}</p>".utf8)
            return ["campaign", "create", key, "--audience", "news", "--subject", "Hello", "--html", body]
        }

        private static func count(_ member: String, _ key: String, _ up: UpProcess, _ folder: TemporaryFolder) async throws -> Int64 {
            try await up.json(["campaign", "status", key], folder)["campaign"]?[member]?.int64Value ?? -1
        }
    }
}
