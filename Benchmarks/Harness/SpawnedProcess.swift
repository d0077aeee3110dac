import Foundation
import Synchronization

/// A child whose output goes to files.
final class SpawnedProcess: Sendable {
    struct End: Sendable {
        var code: Int32
        /// The most memory that it ever had, in bytes.
        var peakBytes: Int64
    }

    let pid: pid_t
    private let end = Mutex<End?>(nil)
    /// The most that was seen while it ran.
    ///
    /// `ru_maxrss` of wait4(2) is no measure: it begins with the memory of the process that started this one.
    private let peak = Mutex((bytes: Int64(0), looks: 0))

    init(_ words: [String], environment: [String: String], output: String, errors: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let arguments = words.map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in arguments + variables { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, words[0], &actions, nil, arguments + [nil], variables + [nil])
        guard code == 0 else { throw BenchmarkFailure("\(words[0]): \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// nil while it runs.
    var ended: End? {
        end.withLock { end in
            if let end { return end }
            look()
            var status: CInt = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            let signal = status & 0x7F
            end = End(code: signal == 0 ? (status >> 8) & 0xFF : -signal, peakBytes: peak.withLock { $0.bytes })
            return end
        }
    }

    /// Every tenth time: reading `/proc` costs time that belongs to the measured work.
    private func look() {
        peak.withLock { peak in
            if peak.looks % 10 == 0 { peak.bytes = max(peak.bytes, ProcessFigures.memory(pid, "VmHWM")) }
            peak.looks += 1
        }
    }

    func signal(_ number: CInt) { if ended == nil { kill(pid, number) } }

    @discardableResult
    func wait(within limit: Duration) async throws -> End {
        try await eventually("process \(pid) ends", within: limit, every: .milliseconds(2)) { ended }
    }
}

/// Asks until there is an answer.
@discardableResult
func eventually<T>(
    _ what: String,
    within limit: Duration = .seconds(60),
    every pause: Duration = .milliseconds(20),
    _ probe: () async throws -> T?
) async throws -> T {
    let deadline = ContinuousClock.now + limit
    while true {
        if let answer = try await probe() { return answer }
        guard ContinuousClock.now < deadline else { throw BenchmarkFailure("\(what): not within \(limit)") }
        try await Task.sleep(for: pause)
    }
}
