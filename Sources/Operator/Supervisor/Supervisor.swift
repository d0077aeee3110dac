import Foundation
import Processes
import Synchronization

/// Keeps processes: starts a service when somebody connects to its socket, starts again what failed, ends all in order.
///
/// All of it happens on one thread that lives as long as the process (see ``ChildProcess``); other tasks leave requests.
final class Supervisor: Sendable {
    enum Request: Sendable {
        case add(SupervisedUnit)
        /// Runs a process to its end.
        case once(ChildCommand, @Sendable (Result<ProcessEnd, any Error>) -> Void)
        case stop(@Sendable () -> Void)
    }

    private let requests = Mutex<[Request]>([])
    private let wakePipe: (read: CInt, write: CInt)
    /// Told when a unit fails.
    private let report: @Sendable (String) -> Void

    init(report: @escaping @Sendable (String) -> Void) throws {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CommandFailure("no pipe: \(String(cString: strerror(errno)))")
        }
        for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 || fcntl(end, F_SETFL, O_NONBLOCK) != 0 {
            throw CommandFailure("no pipe: \(String(cString: strerror(errno)))")
        }
        wakePipe = (ends[0], ends[1])
        self.report = report
    }

    /// Starts the thread; once.
    func start() {
        let loop = SupervisorLoop(wakeDescriptor: wakePipe.read, report: report, requests: { self.takeRequests() })
        let thread = Thread { loop.run() }
        thread.name = "supervisor"
        thread.start()
    }

    func add(_ unit: SupervisedUnit) { leave(.add(unit)) }

    /// Runs a process to its end.
    func run(_ command: ChildCommand) async throws -> ProcessEnd {
        try await withCheckedThrowingContinuation { continuation in
            leave(.once(command) { continuation.resume(with: $0) })
        }
    }

    /// Ends every unit, stage after stage; returns when none is left.
    func stop() async {
        await withCheckedContinuation { continuation in leave(.stop { continuation.resume() }) }
    }

    private func leave(_ request: Request) {
        requests.withLock { $0.append(request) }
        var byte: UInt8 = 1
        _ = write(wakePipe.write, &byte, 1)
    }

    private func takeRequests() -> [Request] {
        requests.withLock { requests in
            defer { requests = [] }
            return requests
        }
    }
}
