import Foundation
import JSON
import TestSupport
import Testing

extension EndToEnd.Commands {
    /// Commands that need no running services.
    @Suite("Alone", .serialized) struct Alone {
        @Test("render prints what a template becomes; faults are told with line and column", .timeLimit(.minutes(15)))
        func render() async throws {
            try await withFolder { folder in
                let template = try folder.write("hello.liquid", "Hello {{ name }}{% if vip %}!{% endif %}\n".utf8)
                let data = try folder.write("data.json", #"{"name":"<Ada>","vip":true}"#.utf8)
                let html = try await Command.run(["render", template, "--data", data], folder)
                #expect(html.code == 0 && html.output == "Hello &lt;Ada&gt;!\n" && html.errors.isEmpty)
                let plain = try await Command.run(["render", template, "--data", data, "--escape", "none", "--json"], folder).json
                #expect(plain["output"]?.stringValue == "Hello <Ada>!\n")
                #expect(try await Command.run(["render", template], folder).output == "Hello \n")
                let strict = try await Command.run(["render", template, "--strict-variables"], folder)
                #expect(strict.code == 1 && strict.errors.contains("\(template):1:10:") && strict.output.isEmpty)
                let broken = try folder.write("broken.liquid", "one\n  {% if x %}\n".utf8)
                let told = try await Command.run(["render", broken], folder)
                #expect(told.code == 1 && told.errors.contains("\(broken):2:3:"), "\(told.errors)")
                let django = try folder.write("django.liquid", "{{ x|default:'y' }}".utf8)
                #expect(try await Command.run(["render", django], folder).output == "y")
                #expect(try await Command.run(["render", template, "--data", template], folder).errors.contains("not JSON"))
                #expect(try await Command.run(["render", folder.path + "/none"], folder).errors.contains("cannot be read"))
                #expect(try await Command.run(["render", template, "--escape", "latex"], folder).code == 64)
            }
        }

        @Test("migrate brings an empty database up to date, makes the token keys, and changes nothing the second time", .timeLimit(.minutes(15)))
        func migrate() async throws {
            try await withFolder { folder in
                let database = try await TestDatabase.create(migrations: [])
                let keys = folder.path + "/token-keys"
                let environment = ["DATAMAILER_DATABASE_URL": database.url(role: nil), "DATAMAILER_TOKEN_KEYS_FILE": keys]
                let first = try await Command.run(["migrate", "--json"], folder, environment: environment).json
                let applied = first["applied"]?.objectValue?.members ?? []
                #expect(applied.map(\.key) == ["audience", "campaign", "delivery", "tracking", "gateway"])
                #expect(applied.allSatisfy { $0.value.arrayValue?.first?.stringValue == "v0001_foundation" })
                let made = try #require(FileManager.default.contents(atPath: keys))
                let second = try await Command.run(["migrate"], folder, environment: environment)
                #expect(second.code == 0 && second.output.split(separator: "\n").allSatisfy { $0.hasSuffix(": up to date") })
                #expect(FileManager.default.contents(atPath: keys) == made)
                try await database.drop()
                let gone = try await Command.run(["migrate"], folder, environment: environment)
                #expect(gone.code == 1 && gone.errors.contains("schema audience") && gone.output.isEmpty)
            }
        }

        @Test("migrate without a database says which variable it wants", .timeLimit(.minutes(15)))
        func migrateNowhere() async throws {
            try await withFolder { folder in
                let result = try await Command.run(["migrate"], folder)
                #expect(result.code == 1 && result.errors.contains("DATAMAILER_DATABASE_URL is not set") && result.output.isEmpty)
            }
        }

        @Test("what is no command, or lacks what it needs, is refused with 64 and a hint", .timeLimit(.minutes(15)))
        func usage() async throws {
            try await withFolder { folder in
                for words in [["dance"], ["campaign", "status"], ["provision"], ["up", "--listen", "nowhere"], ["up", "--exit"]] {
                    let result = try await Command.run(words, folder)
                    #expect(result.code == 64 && result.errors.contains("Error:") && result.output.isEmpty, "\(words) \(result)")
                }
                let help = try await Command.run(["--help"], folder)
                #expect(help.code == 0 && help.output.contains("campaign") && help.output.contains("client") && help.output.contains("key"))
            }
        }

        @Test("up --demo --exit shows a whole campaign from import to unsubscribe, and leaves nothing running", .timeLimit(.minutes(15)))
        func demonstration() async throws {
            try await withFolder { folder in
                let words = ["up", "--state", folder.path + "/state", "--listen", "127.0.0.1:0", "--demo", "--exit"]
                let result = try await Command.run(words, folder, within: .seconds(200))
                #expect(result.code == 0, "\(result.errors)\(UpProcess.logs(folder.path + "/state"))")
                let lines = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                #expect(lines.first?.hasPrefix("ready http://127.0.0.1:") == true)
                #expect(lines.contains { $0.hasPrefix("imported") && $0.contains("1000 contacts created") && $0.contains("rows refused") })
                #expect(lines.contains { $0.hasPrefix("campaign") && $0.contains(": sent,") && $0.contains("0 failed, 0 unknown") })
                #expect(lines.contains { $0.hasPrefix("verify") && $0.hasSuffix("every counter equals a recount") })
                #expect(lines.contains { $0.hasPrefix("unsubscribed") && $0 != "unsubscribed 0" })
                #expect(ProcessTable(mark: folder.path, folder: folder.path).entries.isEmpty)
            }
        }
    }
}
