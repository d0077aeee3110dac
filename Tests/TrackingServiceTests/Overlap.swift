import ServiceRuntime
import Synchronization

/// Two writers at once, and which of them ended first.
final class Overlap: Sendable {
    let hasWritten = WakeSignal()
    let mayCommit = WakeSignal()
    private let ended = Mutex<[String]>([])

    var order: [String] { ended.withLock { $0 } }
    func note(_ name: String) { ended.withLock { $0.append(name) } }
}
