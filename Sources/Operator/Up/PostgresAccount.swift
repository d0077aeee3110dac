import Foundation

/// The user that Postgres runs as when this process is root.
struct PostgresAccount: Sendable {
    var name: String
    var user: uid_t
    var group: gid_t
    /// Whether the user cannot reach the state directory by itself and is let through.
    var passesDirectories: Bool

    /// - Returns: nil when this process is not root and needs no other user.
    static func find(for state: StateDirectory) throws -> PostgresAccount? {
        guard geteuid() == 0 else { return nil }
        guard let entry = getpwnam("postgres") else {
            throw CommandFailure(
                "as root, Postgres runs as the user postgres, and there is none; install postgresql or set DATAMAILER_DATABASE_URL"
            )
        }
        let user = entry.pointee.pw_uid
        let group = entry.pointee.pw_gid
        // Our own directories may be passed through by everybody; nothing in them is readable.
        chmod(state.path, 0o711)
        let isReachable = reaches(state.path, user, group) && reaches(state.runtime, user, group)
        return PostgresAccount(name: "postgres", user: user, group: group, passesDirectories: !isReachable)
    }

    /// Whether the user may pass each directory of a path.
    private static func reaches(_ path: String, _ user: uid_t, _ group: gid_t) -> Bool {
        var current = ""
        for part in path.split(separator: "/") {
            current += "/" + part
            var status = stat()
            guard stat(current, &status) == 0 else { return false }
            let bit: mode_t = status.st_uid == user ? 0o100 : status.st_gid == group ? 0o010 : 0o001
            if status.st_mode & bit == 0 { return false }
        }
        return true
    }
}
