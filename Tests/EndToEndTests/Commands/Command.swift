import Foundation
import JSON

/// One run of `datamailer` that is not about a running `up`.
enum Command {
    /// - Parameter input: what stands on its standard input.
    static func run(
        _ words: [String],
        _ folder: TemporaryFolder,
        environment: [String: String] = [:],
        input: String? = nil,
        within limit: Duration = .seconds(60)
    ) async throws -> UpProcess.CommandResult {
        let name = "command-\(UUID().uuidString.prefix(8))"
        var command = [try Fixtures.executable("datamailer")] + words
        if let input {
            // The keeper gives no input of its own.
            let file = try folder.write(name + ".in", input.utf8)
            command = ["/bin/sh", "-c", "exec \"$@\" <\"$0\"", file] + command
        }
        let process = try await KeptProcess.start(
            command,
            environment: UpProcess.environment(folder, environment),
            folder: folder,
            name: name
        )
        let code = try await process.end(within: limit)
        return UpProcess.CommandResult(code: code, output: process.output, errors: process.errors)
    }
}

/// A folder for the body, removed after it.
func withFolder(_ body: (TemporaryFolder) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try await body(folder)
}
