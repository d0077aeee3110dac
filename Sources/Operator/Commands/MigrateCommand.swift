import ArgumentParser
import Foundation
import JSON
import Logging
import ServiceRuntime
import Tokens

/// Brings every schema up to date.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings every schema up to date; makes the token keys when DATAMAILER_TOKEN_KEYS_FILE names a file that is absent."
    )

    @Flag(help: "Say it as JSON.")
    var json = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let applied = try await MigrationRun(environment: environment, logger: CommandLogger.make()).run()
        if let path = environment["DATAMAILER_TOKEN_KEYS_FILE"], !path.isEmpty { _ = try TokenKeys.loadOrCreate(path: path) }
        if json {
            let members = applied.map { (key: $0.service.rawValue, value: JSONValue.array($0.names.map { .string($0) })) }
            return Terminal.line(JSONValue.object(JSONObject([("applied", .object(JSONObject(members)))])).text)
        }
        for entry in applied {
            Terminal.line(
                "\(entry.service.rawValue): \(entry.names.isEmpty ? "up to date" : "applied " + entry.names.joined(separator: ", "))"
            )
        }
    }
}
