import Foundation
import Processes
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
        let files = [open("/dev/null", O_RDONLY | O_CLOEXEC), try Self.appending(output), try Self.appending(errors)]
        defer { for file in files { close(file) } }
        pid = try ProcessSpawn(words, environment: environment, descriptors: files).start()
    }

    private static func appending(_ path: String) throws -> CInt {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
        return file
    }

    /// nil while it runs.
    var ended: End? {
        end.withLock { end in
            if let end { return end }
            look()
            let code: Int32
            switch ProcessEnd.poll(pid) {
            case nil: return nil
            case .exited(let status): code = status
            case .signalled(let signal): code = -signal
            }
            end = End(code: code, peakBytes: peak.withLock { $0.bytes })
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
