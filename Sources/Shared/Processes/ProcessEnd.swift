import Foundation

/// How a process ended.
package enum ProcessEnd: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    package init(waitStatus: CInt) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .signalled(signal)
    }

    package var isSuccess: Bool { self == .exited(0) }

    /// How a child ended, when it has; one that somebody else waited for counts as 255.
    package static func poll(_ pid: pid_t) -> ProcessEnd? { waited(pid, WNOHANG) }

    /// Waits for a child's end; blocks the thread.
    package static func wait(_ pid: pid_t) -> ProcessEnd { waited(pid, 0) ?? .exited(255) }

    private static func waited(_ pid: pid_t, _ options: CInt) -> ProcessEnd? {
        while true {
            var status: CInt = 0
            let result = waitpid(pid, &status, options)
            if result == pid { return ProcessEnd(waitStatus: status) }
            guard result < 0 else { return nil }
            if errno != EINTR { return .exited(255) }
        }
    }
}
