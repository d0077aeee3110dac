import Foundation
import JSON
import Logging
import Postgres
import Testing

extension EndToEnd.Commands {
    @Suite("Services", .serialized) struct Services {
        static let names = ["audience", "campaign", "delivery", "tracking", "gateway"]

        @Test("rpc calls any method of any service; what is wrong is said, with another exit status", .timeLimit(.minutes(15)))
        func rpc() async throws {
            try await withUpOnSharedServer { up, folder in
                for name in Self.names {
                    let methods = try await up.json(["rpc", name, "rpc.discover"], folder)["methods"]?.arrayValue ?? []
                    let own = methods.compactMap { $0["name"]?.stringValue }
                    #expect(Set(["\(name).health", "\(name).tick", "\(name).verify"]).isSubset(of: own), "\(own)")
                    let health = try await up.json(["rpc", name, "\(name).health"], folder)
                    #expect(health["service"]?.stringValue == name && health["databaseAvailable"]?.boolValue == true)
                }
                let unknown = try await up.command(["rpc", "campaign", "campaign.dance"], folder)
                #expect(unknown.code == 1 && unknown.errors.contains("-32601") && unknown.output.isEmpty)
                let incomplete = try await up.command(["rpc", "campaign", "campaign.get", "{}"], folder)
                #expect(incomplete.code == 1 && incomplete.errors.contains("-32602"))
                let broken = try await up.command(["rpc", "campaign", "campaign.get", "{"], folder)
                #expect(broken.code == 64 && broken.errors.contains("not JSON"))
                #expect(try await up.command(["rpc", "kitchen", "kitchen.health"], folder).code == 64)
            }
        }

        @Test("queue lists, peeks at and redrives dead letters, which verify tells of", .timeLimit(.minutes(15)))
        func queue() async throws {
            try await withUpOnSharedServer { up, folder in
                func dead() async throws -> Int64? {
                    let queues = try await up.json(["queue", "list"], folder)["queues"]?.arrayValue ?? []
                    #expect(queues.count == 5)
                    return queues.first { $0["name"]?.stringValue == "ses-webhooks" }?["dead"]?.int64Value
                }
                #expect(try await dead() == 0)
                let event = #"{"bodies":["no notification"]}"#
                _ = try await up.json(["rpc", "delivery", "delivery.enqueueProviderEvents", event], folder)
                try await eventually("it is buried") { try await dead() == 1 }
                let peek = try await up.json(["queue", "peek", "ses-webhooks", "--dead"], folder)["messages"]?.arrayValue ?? []
                #expect(peek.count == 1 && peek[0]["last_error"]?.stringValue?.isEmpty == false)
                #expect(try await up.json(["queue", "peek", "ses-webhooks"], folder)["messages"] == [])
                let verify = try await up.command(["verify", "--wait", "0"], folder)
                #expect(verify.code == 1 && verify.output.contains("queue ses-webhooks: 1 dead letters"))
                #expect(try await up.command(["queue", "redrive", "ses-webhooks"], folder).output == "1 messages moved back to ses-webhooks\n")
                try await eventually("it is buried again") { try await dead() == 1 }
                for words in [["peek", "post-office"], ["redrive", "post-office"]] {
                    let unknown = try await up.command(["queue"] + words, folder)
                    #expect(unknown.code == 1 && unknown.errors.contains("queue: not_found"))
                }
            }
        }

        @Test("doctor, tick and verify look at all five services", .timeLimit(.minutes(15)))
        func everyService() async throws {
            try await withUpOnSharedServer { up, folder in
                let findings = try await up.json(["doctor"], folder)["findings"]?.arrayValue ?? []
                for name in Self.names {
                    let finding = findings.first { $0["check"]?.stringValue == "service \(name)" }
                    #expect(finding?["result"]?.stringValue == "ok", "\(name): \(finding?["text"]?.stringValue ?? "is not looked at")")
                }
                let due = try await up.json(["tick"], folder)["due"]?.objectValue?.members.map(\.key) ?? []
                #expect(Set(due) == Set(Self.names))
                let verified = try await up.json(["verify"], folder)["services"]?.objectValue?.members.map(\.key) ?? []
                #expect(Set(verified) == Set(Self.names))
            }
        }

        @Test("what a gateway before left in its spool is delivered by the tick, with nobody visiting", .timeLimit(.minutes(15)))
        func spool() async throws {
            try await withUpOnSharedServer(["DATAMAILER_IDLE_EXIT_SECONDS": "1"]) { up, folder in
                try await eventually("the gateway has left") { up.table.pids("Gateway").isEmpty }
                let left = "\(up.state)/spool/events-1-0.jsonl"
                let event = """
                    {"events":[{"eventID":"0123456789abcdef0123456789abcdef","type":"open","messageKind":"campaign","messageID":1,"link":0,\
                    "url":"","userAgent":"","address":"","method":"GET","occurredAt":"2026-01-01T00:00:00.000000Z","unsubscribeScope":""}]}

                    """
                try Data(event.utf8).write(to: URL(fileURLWithPath: left), options: .atomic)
                try await eventually("the spool is empty") { try FileManager.default.contentsOfDirectory(atPath: up.state + "/spool").isEmpty }
                let database = PostgresPool(
                    PostgresConfiguration(
                        connectionString: up.environment["DATAMAILER_DATABASE_URL"] ?? "",
                        maximumConnections: 1,
                        applicationName: "test"
                    ),
                    logger: Logger(label: "e2e") { _ in SwiftLogNoOpLogHandler() }
                )
                #expect(try await database.run(StoredEvents()) == ["01234567-89ab-cdef-0123-456789abcdef"])
                await database.close()
            }
        }

        @Test("doctor reads the file that the services read, and names each value that they would refuse", .timeLimit(.minutes(15)))
        func doctorsConfiguration() async throws {
            try await withFolder { folder in
                let file = try folder.write(
                    "datamailer.conf",
                    "DATAMAILER_TRANSPORT=pigeon\nDATAMAILER_QUEUE=sqs\nDATAMAILER_PUBLIC_URL=https://mail.example\n".utf8
                )
                let words = ["doctor", "--json", "--state", folder.path + "/nothing"]
                let result = try await Command.run(words, folder, environment: ["DATAMAILER_CONFIG_FILE": file])
                #expect(result.code == 1)
                let findings = try JSONValue.parse(result.output)["findings"]?.arrayValue ?? []
                func finding(_ check: String) -> JSONValue? { findings.first { $0["check"]?.stringValue == check } }
                #expect(finding("public URL")?["result"]?.stringValue == "ok")
                #expect(finding("transport")?["text"]?.stringValue?.contains("pigeon") == true)
                #expect(finding("queue")?["result"]?.stringValue == "fail" && finding("queue")?["text"]?.stringValue?.contains("sqs") == true)
            }
        }

        @Test("without services every command says so on stderr and fails", .timeLimit(.minutes(15)))
        func nobody() async throws {
            try await withFolder { folder in
                let state = folder.path + "/nothing"
                for words in [
                    ["rpc", "audience", "audience.health"], ["queue", "list"], ["verify"], ["tick"], ["doctor"], ["key", "list"], ["client", "list"],
                    ["campaign", "list"], ["campaign", "status", "july"],
                ] {
                    let result = try await Command.run(words + ["--state", state], folder)
                    #expect(result.code == 1 && !result.errors.isEmpty, "\(words) \(result)")
                }
                let told = try await Command.run(["queue", "list", "--state", state], folder)
                #expect(told.errors.contains("cannot be reached") && told.errors.contains("is `datamailer up` running?"))
            }
        }
    }
}

private struct StoredEvents: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT events.event_id::text FROM tracking.events" }
    func decode(_ row: Row) throws -> String { try row.decode("event_id") }
}
