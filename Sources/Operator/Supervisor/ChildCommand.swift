/// A process to start.
struct ChildCommand: Sendable {
    static let launcher = "/usr/bin/setpriv"

    var executable: String
    var arguments: [String] = []
    var environment: [String: String]
    /// Become descriptors 3, 4, … of the child, under their names (`LISTEN_FDS`, `LISTEN_FDNAMES`).
    var sockets: [(name: String, descriptor: CInt)] = []
    /// Takes the child's output.
    var log: CInt
    /// What the kernel sends the child when this process is gone, however it went: `KILL`, `QUIT`.
    var signalOnOrphan = "KILL"
    /// The user to run as; needs root.
    var user: String?
    /// Lets the child pass directories that its user may not enter; needs root.
    var passesDirectories = false

    /// The arguments with which the child is really started: `setpriv` arranges for the signal and the user, a shell checks that the
    /// parent still lives and sets `LISTEN_PID`, which must be the final process's own.
    func launch(parent: Int32) -> [String] {
        var words = [Self.launcher, "--pdeathsig", signalOnOrphan]
        if let user {
            words += ["--reuid", user, "--regid", user, "--init-groups"]
            if passesDirectories { words += ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"] }
        }
        let script = "[ \"$PPID\" = \"$0\" ] || exit 125; LISTEN_PID=$$; export LISTEN_PID; exec \"$@\""
        return words + ["--", "/bin/sh", "-c", script, String(parent), executable] + arguments
    }

    /// The environment with what the sockets need.
    var launchEnvironment: [String: String] {
        var all = environment
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] { all[name] = nil }
        guard !sockets.isEmpty else { return all }
        all["LISTEN_FDS"] = String(sockets.count)
        all["LISTEN_FDNAMES"] = sockets.map(\.name).joined(separator: ":")
        return all
    }
}
