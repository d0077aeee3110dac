import Contracts
import Foundation
import HTTPTransport
import JSON
import JSONRPC
import Logging
import Testing

/// A running `datamailer up` and its state directory.
struct UpProcess: Sendable {
    let process: KeptProcess
    /// Without a slash at the end.
    let url: String
    let state: String
    let table: ProcessTable
    let environment: [String: String]

    /// Starts `up` and waits until it serves.
    static func start(folder: TemporaryFolder, name: String = "up", environment extra: [String: String] = [:]) async throws -> UpProcess {
        let environment = Self.environment(folder, extra)
        let state = folder.path + "/state"
        let words = [try Fixtures.executable("datamailer"), "up", "--state", state, "--listen", "127.0.0.1:0"]
        let process = try await KeptProcess.start(words, environment: environment, folder: folder, name: name)
        let url = try await eventually("up serves", within: .seconds(90)) { () throws -> String? in
            if let code = process.exitCode { throw Late(description: "up ended with \(code): \(process.errors)\n\(logs(state))") }
            return process.output.split(separator: "\n").first { $0.hasPrefix("ready ") }.map { String($0.dropFirst(6)) }
        }
        return UpProcess(
            process: process,
            url: url,
            state: state,
            table: ProcessTable(mark: folder.path, folder: folder.path),
            environment: environment
        )
    }

    static func environment(_ folder: TemporaryFolder, _ extra: [String: String]) -> [String: String] {
        var all = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH", "HOME", "LANG", "TMPDIR"].contains($0.key) }
        all["DATAMAILER_TEST_MARK"] = folder.path
        all["XDG_STATE_HOME"] = folder.path + "/home"
        return all.merging(extra) { $1 }
    }

    /// Ends it as an operator does; everything that it started must be gone then.
    func end(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        process.signal(SIGTERM)
        let code = try await process.end(within: .seconds(22))
        #expect(code == 0, "\(process.errors)", sourceLocation: sourceLocation)
        #expect(table.entries.isEmpty, "\(table.entries)", sourceLocation: sourceLocation)
    }

    /// The last lines of what the services wrote, for a failure's message.
    static func logs(_ state: String) -> String {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: state + "/log")) ?? []
        return names.sorted().map { name in
            let text = String(decoding: FileManager.default.contents(atPath: "\(state)/log/\(name)") ?? Data(), as: UTF8.self)
            return "== \(name)\n" + text.split(separator: "\n").suffix(15).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

/// Runs `up` for the body, ends it and requires that nothing is left.
func withUp(_ environment: [String: String] = [:], _ body: (UpProcess, TemporaryFolder) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let up: UpProcess
    do {
        up = try await UpProcess.start(folder: folder, environment: environment)
        do {
            try await body(up, folder)
        } catch {
            Issue.record(Comment(rawValue: "\(error)\n\(up.process.errors)\n\(UpProcess.logs(up.state))"))
        }
        try await up.end()
    } catch {
        folder.remove()
        throw error
    }
    folder.remove()
}
