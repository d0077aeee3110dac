import Foundation
import JSON
import Testing

extension UpProcess {
    /// Where the capture transport puts mail.
    var capture: String { state + "/capture" }

    /// A client of an organization and its first key.
    struct Client: Sendable {
        var slug: String
        var key: String
        /// `KEY:CLIENT`, as the walks take it.
        var word: String { "\(key):\(slug)" }
    }

    /// Makes a client with a sender and a key, in the audience `main` unless told.
    func provision(
        _ slug: String,
        of organization: String = "dtc",
        audience: String = "main",
        sender: String = "courses=Courses <courses@example.com>",
        _ folder: TemporaryFolder
    ) async throws -> Client {
        let words = ["provision", "--organization", organization, "--audience", audience, "--client", slug]
        let made = try await json(words + ["--sender", sender, "--key-name", "test"], folder)
        return Client(slug: slug, key: try #require(made["api_key"]?.stringValue))
    }

    /// The recorded organization: an audience `main` with the client `app`, and `other`, a client that does nothing.
    func provisionRecorded(_ folder: TemporaryFolder) async throws -> Client {
        _ = try await json(["provision", "--organization", "dtc", "--audience", "main", "--client", "other"], folder)
        return try await provision("app", folder)
    }

    /// Runs a script of `Tests/Fixtures`, which says with its exit code whether all was well.
    func expectWalk(
        _ script: String,
        _ words: [String],
        _ folder: TemporaryFolder,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let run = try await python([Fixtures.path(script)] + words, folder)
        #expect(run.code == 0, "\(run.output.suffix(6_000))", sourceLocation: sourceLocation)
    }

    /// Runs the Python of the test tools.
    func python(_ words: [String], _ folder: TemporaryFolder) async throws -> (code: Int32, output: String) {
        let python = try Fixtures.testTool("python")
        let environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
        let name = "python-\(UUID().uuidString.prefix(8))"
        let process = try await KeptProcess.start([python] + words, environment: environment, folder: folder, name: name)
        let code = try await process.end(within: .seconds(400))
        return (code, process.output + process.errors)
    }
}
