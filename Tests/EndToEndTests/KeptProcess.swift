import Foundation
import Processes

/// A process of a test; it ends with the test process, however that ends (`Tests/Fixtures/keeper.py`).
final class KeptProcess: Sendable {
    let pid: pid_t
    private let path: String
    private let keeper: pid_t
    /// Closing it asks the process to end.
    private let leash: CInt

    private init(pid: pid_t, path: String, keeper: pid_t, leash: CInt) {
        self.pid = pid
        self.path = path
        self.keeper = keeper
        self.leash = leash
    }

    deinit { close(leash) }

    /// Its output goes to files of that name in the folder.
    static func start(_ command: [String], environment: [String: String], folder: TemporaryFolder, name: String) async throws -> KeptProcess {
        let input = try OwnPipe()
        defer { close(input.reading) }
        let words = ["/usr/bin/python3", Fixtures.path("keeper.py"), folder.path, name, "--"] + command
        let keeper = try ProcessSpawn(words, environment: environment, descriptors: [input.reading, 1, 2]).start()
        let path = "\(folder.path)/\(name)"
        let pid = try await eventually("\(name) starts") { life(path, "pid") }
        return KeptProcess(pid: pid, path: path, keeper: keeper, leash: input.writing)
    }

    var output: String { Self.text(path + ".out") }
    var errors: String { Self.text(path + ".err") }

    /// nil while it runs; negative: the signal that ended it.
    var exitCode: Int32? { Self.life(path, "exit") }

    func signal(_ number: CInt) { kill(pid, number) }

    /// Waits for its end.
    func end(within limit: Duration) async throws -> Int32 {
        let code = try await eventually("\(path) ends", within: limit) { exitCode }
        _ = try await eventually("the keeper of \(path) ends") { ProcessEnd.poll(keeper) }
        return code
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func life(_ path: String, _ word: String) -> Int32? {
        for line in text(path + ".life").split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let parts = line.split(separator: " ")
            if parts.count == 2, parts[0] == word { return Int32(parts[1]) }
        }
        return nil
    }
}
