import Foundation
import JSON
import Testing

extension EndToEnd.Commands {
    @Suite("Accounts", .serialized) struct Accounts {
        @Test("a key is made, listed, used and revoked; its text is shown once", .timeLimit(.minutes(15)))
        func keys() async throws {
            try await withUpOnSharedServer { up, folder in
                _ = try await up.json(Self.provision, folder)
                let words = ["key", "create", "reports", "--scope", "contacts:read", "--scope", "account:read", "--rate", "1000"]
                let made = try await up.json(words, folder)
                let key = try #require(made["text"]?.stringValue)
                let listed = try await up.json(["key", "list"], folder)["keys"]?.arrayValue ?? []
                #expect(listed.map { $0["name"]?.stringValue } == ["reports"])
                #expect(listed.first?["scopes"] == ["contacts:read", "account:read"] && listed.first?["rate_limit"]?.int64Value == 1_000)
                #expect(!(try await up.command(["key", "list"], folder)).output.contains(key.suffix(43)))

                #expect(try await up.api("GET", "/api/client/senders", key: key).status == 200)
                #expect(try await up.api("POST", "/api/keys", key: key, ["name": "x"]).status == 403)
                let again = try await up.command(words, folder)
                #expect(again.code == 1 && again.errors.contains("name: taken"))
                let odd = try await up.command(["key", "create", "odd", "--scope", "everything"], folder)
                #expect(odd.code == 64 && odd.errors.contains("contacts:read") && odd.output.isEmpty)
                let past = try await up.command(["key", "create", "odd", "--expires", "2020-01-01T00:00:00Z"], folder)
                #expect(past.code == 1 && past.errors.contains("expires_at: in_the_past"))
                #expect(try await up.command(["key", "create", "odd", "--expires", "tomorrow"], folder).code == 64)

                #expect(try await up.json(["key", "revoke", "reports"], folder)["info"]?["revoked_at"]?.stringValue != nil)
                try await eventually("the key is refused") { try await up.api("GET", "/api/client/senders", key: key).status == 401 }
                let twice = try await up.command(["key", "revoke", String(key.prefix(15))], folder)
                #expect(twice.code == 0 && twice.output.hasPrefix("was revoked before"))
                let unknown = try await up.command(["key", "revoke", "none"], folder)
                #expect(unknown.code == 1 && unknown.errors.contains("key: not_found"))
            }
        }

        @Test("a disabled client is refused as such within ten seconds, and enabled again works on", .timeLimit(.minutes(15)))
        func clients() async throws {
            try await withUpOnSharedServer { up, folder in
                let key = try #require(try await up.json(Self.provision + ["--key-name", "first"], folder)["api_key"]?.stringValue)
                #expect(try await up.api("GET", "/api/client/senders", key: key).status == 200)
                #expect(try await up.json(["client", "disable", "shop"], folder)["changed"]?.boolValue == true)
                try await eventually("it is refused") {
                    let answer = try await up.api("GET", "/api/client/senders", key: key)
                    return answer.status == 401 && answer.json["error"]?["code"]?.stringValue == "inactive_client"
                }
                #expect(try await up.command(["client", "disable", "shop"], folder).output == "client shop: was disabled before\n")
                #expect(try await up.command(["client", "list"], folder).output == "acme/shop: disabled\n")
                #expect(try await up.command(["client", "enable", "shop"], folder).output == "client shop: enabled\n")
                #expect(try await up.api("GET", "/api/client/senders", key: key).status == 200)
                let unknown = try await up.command(["client", "enable", "none"], folder)
                #expect(unknown.code == 1 && unknown.errors.contains("client: not_found"))
                #expect(try await up.json(["client", "list"], folder)["clients"]?.arrayValue?.first?["is_active"]?.boolValue == true)
            }
        }

        @Test("a staff user is made with a password from standard input only", .timeLimit(.minutes(15)))
        func users() async throws {
            try await withUpOnSharedServer { up, folder in
                func create(_ words: [String], _ password: String?) async throws -> UpProcess.CommandResult {
                    try await Command.run(["user", "create", "--state", up.state] + words, folder, input: password)
                }
                let ada = ["--email", "Ada@example.org", "--password-stdin"]
                let made = try await create(ada + ["--json"], "correct horse battery\n").json
                #expect(made["email"]?.stringValue == "ada@example.org" && made["created"]?.boolValue == true)
                let changed = try await create(ada + ["--role", "viewer"], "another long password\n")
                #expect(changed.code == 0 && changed.output == "ada@example.org: updated as viewer\n")
                let faults = try await create(["--email", "ada", "--role", "root", "--password-stdin"], "short\n")
                #expect(faults.code == 1 && faults.output.isEmpty)
                for fault in ["email: invalid", "password: too_short", "role: invalid"] { #expect(faults.errors.contains(fault)) }
                let silent = try await create(ada, "")
                #expect(silent.code == 1 && silent.errors.contains("standard input holds no password"))
                #expect(try await create(["--email", "ada@example.org"], nil).code == 64)
            }
        }

        private static let provision = [
            "provision", "--organization", "acme", "--audience", "news", "--client", "shop", "--sender", "team=team@acme.example",
        ]
    }
}
