import Foundation

/// What a server that was killed left behind in its data directory.
struct PostmasterFile: Sendable {
    var dataDirectory: String

    private var path: String { dataDirectory + "/postmaster.pid" }

    /// Ends a server that still runs on the directory (nobody else may: the state directory is locked) and removes the file.
    func clear() async throws {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
        guard let pid = text.split(separator: "\n").first.flatMap({ pid_t($0) }), pid > 1, isServer(pid) else {
            unlink(path)
            return
        }
        kill(pid, SIGQUIT)
        for _ in 0..<100 {
            try await Task.sleep(for: .milliseconds(50))
            if !isServer(pid) { break }
        }
        if isServer(pid) { kill(pid, SIGKILL) }
        unlink(path)
    }

    /// Whether the process is a server of this very directory and not one that has the number by chance.
    private func isServer(_ pid: pid_t) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.first?.hasSuffix("postgres") == true && words.contains(dataDirectory)
    }
}
