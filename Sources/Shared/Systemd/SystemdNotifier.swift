import CSystemd
import Glibc

/// Tells the service manager how the service is: datagrams to `$NOTIFY_SOCKET`, as in `sd_notify(3)`.
///
/// Without a manager every call does nothing. A message that cannot be delivered is dropped: the service goes on.
package struct SystemdNotifier: Sendable {
    private let address: String?
    /// How often ``sendWatchdog()`` is due at the latest: half of what the unit's `WatchdogSec=` allows; nil when it has none.
    package let watchdogInterval: Duration?

    /// Reads `NOTIFY_SOCKET` and the watchdog's variables.
    package init() {
        var microseconds: UInt64 = 0
        let isWatched = sd_watchdog_enabled(0, &microseconds) > 0
        self.init(
            address: getenv("NOTIFY_SOCKET").map { String(cString: $0) },
            watchdogInterval: isWatched ? .microseconds(Int64(clamping: microseconds / 2)) : nil
        )
    }

    /// Sends to a socket path, or to an abstract name when it begins with `@`; to nobody when it is nil or of neither form.
    package init(address: String?, watchdogInterval: Duration? = nil) {
        self.address = address
        self.watchdogInterval = watchdogInterval
    }

    /// The service can be used.
    package func sendReady(status: String? = nil) { send(["READY=1"] + Self.line("STATUS", status)) }

    /// The service is ending.
    package func sendStopping(status: String? = nil) { send(["STOPPING=1"] + Self.line("STATUS", status)) }

    /// A line for `systemctl status`.
    package func sendStatus(_ status: String) { send(Self.line("STATUS", status)) }

    /// The service is alive.
    ///
    /// Send it from the loop that it is to vouch for.
    package func sendWatchdog() { send(["WATCHDOG=1"]) }

    /// Asks for more time to start or stop.
    package func extendTimeout(by duration: Duration) {
        let microseconds = max(0, duration.components.seconds) &* 1_000_000
        send(["EXTEND_TIMEOUT_USEC=\(microseconds)"])
    }

    /// Sends the lines as one datagram; answers whether it was delivered.
    @discardableResult
    func send(_ lines: [String]) -> Bool {
        guard let address, var target = Self.socketAddress(address) else { return false }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let message = Array(lines.joined(separator: "\n").utf8)
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.utf8.count)
        let sent = withUnsafePointer(to: &target) { target in
            target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                sendto(descriptor, message, message.count, CInt(MSG_NOSIGNAL | MSG_DONTWAIT), target, length)
            }
        }
        return sent == message.count
    }

    private static func socketAddress(_ text: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "@"): bytes[0] = 0
        default: return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    /// A variable whose value keeps to one line.
    private static func line(_ name: String, _ value: String?) -> [String] {
        guard let value else { return [] }
        return ["\(name)=" + String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 32 ? " " : $0 }))]
    }
}
