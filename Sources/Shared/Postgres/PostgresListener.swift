import CLibPQ
import Logging
import Readiness
import Synchronization

/// Keeps one `LISTEN` going over whatever happens to the connection.
///
/// It lives on the event thread's callbacks; no task belongs to it.
final class PostgresListener: Sendable {
    private struct State {
        var session: PostgresSession?
        var failures = 0
        var isStopped = false
    }

    private let configuration: PostgresConfiguration
    private let channel: String
    private let logger: Logger
    private let continuation: AsyncStream<String>.Continuation
    private let state = Mutex(State())

    init(_ configuration: PostgresConfiguration, channel: String, logger: Logger, _ continuation: AsyncStream<String>.Continuation) {
        self.configuration = configuration
        self.channel = channel
        self.logger = logger
        self.continuation = continuation
    }

    func start() {
        guard state.withLock({ !$0.isStopped }) else { return }
        let session = PostgresSession.connect(configuration, logger: logger) { [continuation, channel] name, payload in
            if name == channel { continuation.yield(payload) }
        } onClosed: { [self] _ in
            again()
        } onConnected: { [self] result in
            switch result {
            case .success(let session): listen(session)
            case .failure: again()
            }
        }
        let isStopped = state.withLock { state in
            if !state.isStopped { state.session = session }
            return state.isStopped
        }
        if isStopped { session.close() }
    }

    func stop() {
        let session = state.withLock { state in
            state.isStopped = true
            defer { state.session = nil }
            return state.session
        }
        session?.close()
    }

    private func listen(_ session: PostgresSession) {
        let sql = "LISTEN \"\(channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
        session.begin(
            .results,
            ticket: 1,
            completion: { [self] outcome in
                guard case .success(.results(let results)) = outcome, results.allSatisfy({ $0.error == nil }) else {
                    return session.close()
                }
                state.withLock { $0.failures = 0 }
                continuation.yield("")
            },
            { (state, handle) throws(PostgresError) in
                try state.check(PQsendQuery(handle, sql) == 1, handle)
                return 0
            }
        )
    }

    private func again() {
        let delay = state.withLock { state -> Duration? in
            state.session = nil
            state.failures += 1
            return state.isStopped ? nil : .milliseconds(min(50 << min(state.failures - 1, 5), 1_000))
        }
        guard let delay else { return }
        EventThread.shared.schedule(after: delay) { [self] in start() }
    }
}

extension PostgresPool {
    /// Notifications of a channel on a connection of its own; ends with the task or the stream.
    ///
    /// An empty text is a wake-up: it comes each time listening has begun, at first and after each reconnection, because what happened
    /// before went unheard. Texts that nobody takes are dropped beyond the newest 1,024.
    package func listen(_ channel: String) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1_024))
        let listener = PostgresListener(configuration.direct, channel: channel, logger: logger, continuation)
        continuation.onTermination = { _ in listener.stop() }
        listener.start()
        return stream
    }
}
