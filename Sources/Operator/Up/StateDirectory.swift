import Cryptography
import Foundation

/// Everything that `datamailer up` keeps (DESIGN section 7).
struct StateDirectory: Sendable {
    let path: String
    /// Where the sockets are, by a path short enough for a socket address.
    let runtime: String

    var logs: String { path + "/log" }
    var capture: String { path + "/capture" }
    var spool: String { path + "/spool" }
    var postgres: String { path + "/postgres" }
    var lockFile: String { path + "/lock" }
    var tokenKeys: String { path + "/token-keys" }

    /// Room for `/postgres/.s.PGSQL.5432` within the 107 bytes of a socket's path (unix(7)).
    static let longestRuntimePath = 80

    init(path: String, environment: [String: String]) {
        self.path = path
        let run = path + "/run"
        runtime = run.utf8.count <= Self.longestRuntimePath ? run : Self.shortRuntime(for: path, environment)
    }

    /// Creates what is missing.
    /// - Throws: ``CommandFailure`` when a directory cannot be made or belongs to somebody else.
    func prepare() throws {
        try Self.makeDirectory(path, mode: 0o700)
        for directory in [logs, capture, spool] { try Self.makeDirectory(directory, mode: 0o700) }
        guard runtime != path + "/run" else { return try Self.makeDirectory(runtime, mode: 0o755) }
        // It stands where others may write: it must be a directory of ours, and no link to one.
        var status = stat()
        guard lstat(runtime, &status) != 0 || status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure("\(runtime) is not a directory")
        }
        try Self.makeDirectory(runtime, mode: 0o755)
        let link = path + "/run"
        unlink(link)
        guard symlink(runtime, link) == 0 else { throw CommandFailure("\(link) cannot be made: \(String(cString: strerror(errno)))") }
    }

    /// Removes a runtime directory that stands outside.
    func removeShortRuntime() {
        guard runtime != path + "/run" else { return }
        try? FileManager.default.removeItem(atPath: runtime)
        unlink(path + "/run")
    }

    private static func shortRuntime(for path: String, _ environment: [String: String]) -> String {
        let digest = Hexadecimal.encode(SHA256.hash(Array(path.utf8)).prefix(6))
        let base = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") && $0.utf8.count < 50 ? $0 : nil } ?? "/tmp"
        return "\(base)/datamailer-\(geteuid())-\(digest)"
    }

    static func makeDirectory(_ path: String, mode: mode_t) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: Int(mode)]
            )
        } catch {
            throw CommandFailure("\(path) cannot be made")
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure("\(path) is not a directory")
        }
        guard status.st_uid == geteuid() else { throw CommandFailure("\(path) belongs to another user") }
    }
}
