import Foundation

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
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Late(description: "no pipe") }
        // No other child may hold these ends.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let words = ["/usr/bin/python3", Fixtures.path("keeper.py"), folder.path, name, "--"] + command
        let keeper = try spawn(words, environment: environment, input: ends[0])
        let path = "\(folder.path)/\(name)"
        let pid = try await eventually("\(name) starts") { life(path, "pid") }
        return KeptProcess(pid: pid, path: path, keeper: keeper, leash: ends[1])
    }

    var output: String { Self.text(path + ".out") }
    var errors: String { Self.text(path + ".err") }

    /// nil while it runs; negative: the signal that ended it.
    var exitCode: Int32? { Self.life(path, "exit") }

    func signal(_ number: CInt) { kill(pid, number) }

    /// Waits for its end.
    func end(within limit: Duration) async throws -> Int32 {
        let code = try await eventually("\(path) ends", within: limit) { exitCode }
        var status: CInt = 0
        waitpid(keeper, &status, 0)
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

    private static func spawn(_ words: [String], environment: [String: String], input: CInt) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        // A thread of this process may have signals blocked, and a child would keep that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let arguments = words.map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in arguments + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, words[0], &actions, &attributes, arguments + [nil], variables + [nil])
        guard code == 0 else { throw Late(description: "\(words[0]): \(String(cString: strerror(code)))") }
        return pid
    }
}
