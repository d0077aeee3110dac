import Foundation

/// Where the RPC sockets are (DESIGN section 7): `$DATAMAILER_RUNTIME_DIR`, else `/run/datamailer`, else the default state directory's `run`.
package enum RuntimeDirectory {
    package static func path(configured: String?, environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let configured, !configured.isEmpty { return configured }
        if FileManager.default.fileExists(atPath: "/run/datamailer") { return "/run/datamailer" }
        return defaultStateDirectory(environment: environment) + "/run"
    }

    /// `$XDG_STATE_HOME/datamailer`, else `~/.local/state/datamailer`.
    package static func defaultStateDirectory(environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") { return base + "/datamailer" }
        return (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/datamailer"
    }
}
