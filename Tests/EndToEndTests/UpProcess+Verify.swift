import Contracts
import Foundation
import JSON
import Testing

extension UpProcess {
    /// I4: every counter equals a recount, by the operator's own command.
    func expectVerified(_ folder: TemporaryFolder, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let result = try await command(["verify"], folder)
        #expect(result.code == 0, "\(result.output)\(result.errors)", sourceLocation: sourceLocation)
    }

    struct CommandResult: Sendable {
        var code: Int32
        var output: String
        var errors: String

        /// The answer of a command with `--json`.
        var json: JSONValue {
            get throws {
                guard code == 0 else { throw Late(description: "exit \(code): \(errors)\(output)") }
                return try JSONValue.parse(output)
            }
        }
    }

    /// Runs `datamailer` as the operator does.
    func command(_ words: [String], _ folder: TemporaryFolder, within limit: Duration = .seconds(60)) async throws -> CommandResult {
        let name = "command-\(UUID().uuidString.prefix(8))"
        let process = try await KeptProcess.start(
            [try Fixtures.executable("datamailer")] + words + ["--state", state],
            environment: environment,
            folder: folder,
            name: name
        )
        let code = try await process.end(within: limit)
        return CommandResult(code: code, output: process.output, errors: process.errors)
    }

    func json(_ words: [String], _ folder: TemporaryFolder) async throws -> JSONValue {
        try await command(words + ["--json"], folder).json
    }
}
