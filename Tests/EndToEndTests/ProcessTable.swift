import Foundation

/// What runs for one test, found by the kernel's own table.
struct ProcessTable: Sendable {
    struct Entry: Sendable, CustomStringConvertible {
        var pid: pid_t
        /// The executable's file name.
        var name: String
        var description: String { "\(name) (\(pid))" }
    }

    /// Stands in the environment of everything that the test started, as `DATAMAILER_TEST_MARK`.
    let mark: String
    /// Everything whose working directory is inside belongs to the test too: Postgres overwrites its environment.
    let folder: String

    var entries: [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { $0 != getpid() && belongs($0) }.map { Entry(pid: $0, name: name($0)) }
    }

    func pids(_ executable: String) -> [pid_t] { entries.filter { $0.name == executable }.map(\.pid) }

    private func belongs(_ pid: pid_t) -> Bool {
        guard !isZombie(pid) else { return false }
        if let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd"), place.hasPrefix(folder + "/") {
            return true
        }
        guard let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual("DATAMAILER_TEST_MARK=\(mark)".utf8) }
    }

    /// A zombie of this process, or of the keeper, runs no more.
    private func isZombie(_ pid: pid_t) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat"), let end = data.lastIndex(of: UInt8(ascii: ")")) else {
            return true
        }
        return data.dropFirst(end - data.startIndex + 2).first == UInt8(ascii: "Z")
    }

    private func name(_ pid: pid_t) -> String {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? "?"
        return String(path.split(separator: "/").last ?? "?")
    }
}
