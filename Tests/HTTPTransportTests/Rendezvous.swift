import Dispatch
import Synchronization

/// Lets two connections of one server go on only when both have come.
final class Rendezvous: Sendable {
    static let shared = Rendezvous()

    private let waiting = Mutex<[UInt16: DispatchSemaphore]>([:])

    func meet(_ key: UInt16) {
        let (semaphore, isSecond) = waiting.withLock { waiting in
            if let first = waiting.removeValue(forKey: key) { return (first, true) }
            let own = DispatchSemaphore(value: 0)
            waiting[key] = own
            return (own, false)
        }
        if isSecond { semaphore.signal() } else { semaphore.wait() }
    }
}
