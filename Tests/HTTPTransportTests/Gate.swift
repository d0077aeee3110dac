import Dispatch

/// Holds a server's thread where the test wants it.
final class Gate: Sendable {
    /// Holds for as long as the tests run.
    static let neverOpened = Gate()

    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    func wait() { semaphore.wait() }
}
