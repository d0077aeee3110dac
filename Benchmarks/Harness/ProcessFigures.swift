import Foundation

/// What the kernel says about the processes of one platform.
struct ProcessFigures: Sendable {
    static let services = ["AudienceService", "CampaignService", "DeliveryService", "TrackingService", "Gateway"]

    /// Stands in the environment of every service.
    let runtimeDirectory: String
    let postgresDirectory: String

    /// Process id by the service's executable.
    var running: [String: pid_t] {
        var found: [String: pid_t] = [:]
        for pid in Self.pids {
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe"),
                let name = path.split(separator: "/").last.map(String.init), Self.services.contains(name),
                let environment = FileManager.default.contents(atPath: "/proc/\(pid)/environ"),
                environment.split(separator: 0).contains(where: { $0.elementsEqual("DATAMAILER_RUNTIME_DIR=\(runtimeDirectory)".utf8) })
            else { continue }
            found[name] = pid
        }
        return found
    }

    /// A line of `/proc/PID/status` in bytes: `VmRSS` now, `VmHWM` the most so far.
    static func memory(_ pid: pid_t, _ line: String) -> Int64 {
        let text = String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/status") ?? Data(), as: UTF8.self)
        let words = text.split(separator: "\n").first { $0.hasPrefix(line + ":") }?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 1 ? (Int64(words[1]) ?? 0) * 1_024 : 0
    }

    /// Lets the peak begin anew (proc(5), clear_refs).
    static func forgetPeak(_ pid: pid_t) {
        guard let file = FileHandle(forWritingAtPath: "/proc/\(pid)/clear_refs") else { return }
        try? file.write(contentsOf: Data("5".utf8))
        try? file.close()
    }

    /// CPU seconds so far, by service and by database role.
    var cpu: [String: Double] {
        var seconds: [String: Double] = [:]
        for (name, pid) in running { seconds[name, default: 0] += Self.stat(pid)?.seconds ?? 0 }
        guard let text = FileManager.default.contents(atPath: postgresDirectory + "/postmaster.pid"),
            let postmaster = pid_t(String(decoding: text, as: UTF8.self).prefix { $0 != "\n" })
        else { return seconds }
        for pid in Self.pids {
            guard let stat = Self.stat(pid), stat.parent == postmaster else { continue }
            let title = String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data(), as: UTF8.self)
            let role = title.split(separator: " ").dropFirst().first.map(String.init) ?? "other"
            seconds["pg:" + role.replacing("datamailer_", with: ""), default: 0] += stat.seconds
        }
        return seconds
    }

    /// Where the CPU time since `before` went, the largest first.
    func spent(since before: [String: Double]) -> String {
        let parts = cpu.map { ($0.key, $0.value - (before[$0.key] ?? 0)) }.filter { $0.1 >= 0.05 }.sorted { $0.1 > $1.1 }
        return "CPU s: " + parts.map { "\($0.0) \(Figure.text($0.1))" }.joined(separator: ", ")
    }

    private static var pids: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }

    private static func stat(_ pid: pid_t) -> (parent: pid_t, seconds: Double)? {
        let text = String(decoding: FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data(), as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        // After the name: state, parent, …; user and system time are the 14th and 15th field of the line (proc(5)).
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 13, let parent = pid_t(fields[1]), let user = Double(fields[11]), let system = Double(fields[12]) else {
            return nil
        }
        return (parent, (user + system) / Double(sysconf(CInt(_SC_CLK_TCK))))
    }
}
