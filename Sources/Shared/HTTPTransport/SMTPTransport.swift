import CLibCurl
import Dispatch
import Synchronization

/// Hands messages to an SMTP relay over a few kept connections, each at most once.
///
/// Each connection has a thread while it is busy: libcurl waits for the reply to QUIT without giving way, which would stop everything else on
/// the readiness thread. Submissions beyond `maximumConnections` wait in line.
package final class SMTPTransport: Sendable {
    private typealias Job = (transfer: SMTPTransfer, completion: @Sendable (SMTPOutcome) -> Void)

    private struct State {
        var running = 0
        var idle: [SMTPHandle] = []
        var waiting: [Job] = []
    }

    private let server: SMTPServer
    private let maximumConnections: Int
    private let maximumWaiting: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "datamailer.smtp", attributes: .concurrent)

    package init(_ server: SMTPServer, maximumConnections: Int = 8, maximumWaiting: Int = 1_000) {
        precondition(maximumConnections > 0 && maximumWaiting >= 0 && LibCurl.isReady, "limits of an SMTP transport")
        self.server = server
        self.maximumConnections = maximumConnections
        self.maximumWaiting = maximumWaiting
    }

    /// Submits once and waits for the end.
    ///
    /// Never throws: every end is a value.
    ///
    /// A cancelled task's submission ends within about a second, by the same rules.
    package func send(_ submission: SMTPSubmission) async -> SMTPOutcome {
        if let fault = submission.fault { return .notSent(reason: fault) }
        let transfer = SMTPTransfer(submission, server)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                submit((transfer, { continuation.resume(returning: $0) }))
            }
        } onCancel: {
            transfer.cancel()
        }
    }

    private func submit(_ job: Job) {
        let (isAccepted, handle) = state.withLock { state -> (Bool, SMTPHandle?) in
            if state.running < maximumConnections {
                state.running += 1
                return (true, state.idle.popLast() ?? SMTPHandle())
            }
            guard state.waiting.count < maximumWaiting else { return (false, nil) }
            state.waiting.append(job)
            return (true, nil)
        }
        if let handle { queue.async { self.work(job, on: handle) } }
        if !isAccepted { job.completion(.notSent(reason: "too many submissions wait already")) }
    }

    /// Serves the job and then whatever waits, on one connection.
    ///
    /// The connection is free before the job's end is told, so that whoever sends next at once finds it.
    private func work(_ job: Job, on handle: SMTPHandle) {
        var current: Job? = job
        while let job = current {
            let outcome = job.transfer.perform(on: handle.pointer)
            defer { job.completion(outcome) }
            current = state.withLock { state in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                state.running -= 1
                state.idle.append(handle)
                return nil
            }
        }
    }
}

/// An easy handle, which keeps its connection between submissions.
///
/// The corresponding C type is `CURL`.
final class SMTPHandle: @unchecked Sendable {
    // Sendable: one submission uses it at a time.
    let pointer: UnsafeMutableRawPointer

    init() {
        guard let pointer = curl_easy_init() else { preconditionFailure("libcurl has no memory") }
        self.pointer = pointer
    }

    deinit {
        // Closing waits for the server's reply to QUIT, which must hold nobody up.
        let owned = UInt(bitPattern: pointer)
        DispatchQueue.global().async { curl_easy_cleanup(UnsafeMutableRawPointer(bitPattern: owned)) }
    }
}
