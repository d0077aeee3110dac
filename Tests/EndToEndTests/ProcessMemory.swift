import Foundation
import Testing

/// The memory of a process by the kernel's own count.
enum ProcessMemory {
    /// Lets the peak begin anew (proc(5), clear_refs); the process must be the tests' own.
    static func forgetPeak(_ pid: pid_t) throws {
        let file = try #require(FileHandle(forWritingAtPath: "/proc/\(pid)/clear_refs"))
        try file.write(contentsOf: Data("5\n".utf8))
        try file.close()
    }

    /// The most bytes since then (`VmHWM`).
    static func peak(_ pid: pid_t) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return try #require(line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) << 10
    }
}

extension UpProcess {
    /// How much more memory each of these executables needs at its most during the work than just before it.
    func growth(of executables: [String], during work: () async throws -> Void) async throws -> [String: Int] {
        var before: [(name: String, pid: pid_t, bytes: Int)] = []
        for name in executables {
            let pid = try #require(table.pids(name).first, "\(name) runs")
            try ProcessMemory.forgetPeak(pid)
            before.append((name, pid, try ProcessMemory.peak(pid)))
        }
        try await work()
        return Dictionary(uniqueKeysWithValues: try before.map { ($0.name, try ProcessMemory.peak($0.pid) - $0.bytes) })
    }
}
