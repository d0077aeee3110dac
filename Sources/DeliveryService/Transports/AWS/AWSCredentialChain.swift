import HTTPTransport
import Model
import Synchronization
import Systemd

/// The credentials in use: the first source that has some, asked again before they expire.
///
/// Fifteen minutes before the end new ones are fetched beside the work; from ten minutes before it every request waits for them. One fetch
/// at a time, however many wait; after a failed one the next is tried five seconds later.
final class AWSCredentialChain: Sendable {
    static let advisory = Duration.seconds(900)
    static let mandatory = Duration.seconds(600)
    static let pauseAfterFailure = Duration.seconds(5)

    private typealias Outcome = Result<AWSCredentials, AWSCredentialFailure>

    private struct State {
        var current: AWSCredentials?
        var fetch: Task<Outcome, Never>?
        var failure: AWSCredentialFailure?
        var notBefore: Timestamp?
    }

    private let sources: [any AWSCredentialSource]
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    init(_ sources: [any AWSCredentialSource], now: @escaping @Sendable () -> Timestamp = { .now() }) {
        self.sources = sources
        self.now = now
    }

    /// The order of the AWS tools, with systemd's credential file before everything.
    convenience init(settings: AWSSettings, files: SystemdCredentials = SystemdCredentials()) {
        var limits = HTTPTransportConfiguration()
        limits.maximumConnections = 4
        limits.connectTimeout = .seconds(1)
        let http = HTTPTransport(limits)
        self.init([
            SystemdFileCredentials(settings: settings, files: files),
            EnvironmentCredentials(settings: settings),
            WebIdentityCredentials(settings: settings, http: http),
            SharedFileCredentials(settings: settings, http: http),
            ContainerCredentials(settings: settings, http: http),
            InstanceCredentials(settings: settings, http: http),
        ])
    }

    /// Credentials that are good for some minutes.
    func credentials() async throws(AWSCredentialFailure) -> AWSCredentials {
        let moment = now()
        let known = state.withLock { $0.current }
        guard let known else { return try await fetch(moment).get() }
        guard known.expires(within: Self.advisory, at: moment) else { return known }
        if !known.expires(within: Self.mandatory, at: moment) {
            // Nobody waits for this one, and if it fails the known ones go on.
            _ = startFetch(moment)
            return known
        }
        switch await fetch(moment) {
        case .success(let fresh): return fresh
        case .failure(let failure):
            guard !known.expires(within: .zero, at: moment) else { throw failure }
            return known
        }
    }

    /// Asks the sources again because AWS refused these; what comes may be the same.
    func replace(_ refused: AWSCredentials) async throws(AWSCredentialFailure) -> AWSCredentials {
        let current = state.withLock { $0.current }
        if let current, current != refused { return current }
        return try await fetch(now()).get()
    }

    private func fetch(_ moment: Timestamp) async -> Outcome {
        switch startFetch(moment) {
        case .running(let task): await task.value
        case .failedLately(let failure): .failure(failure)
        }
    }

    private enum Start {
        case running(Task<Outcome, Never>)
        case failedLately(AWSCredentialFailure)
    }

    /// The unstructured task is shared by everybody who waits, so that no caller's end cancels it for the others.
    private func startFetch(_ moment: Timestamp) -> Start {
        state.withLock { state in
            if let fetch = state.fetch { return .running(fetch) }
            if let failure = state.failure, let notBefore = state.notBefore, moment < notBefore { return .failedLately(failure) }
            let task = Task { await self.load() }
            state.fetch = task
            return .running(task)
        }
    }

    private func load() async -> Outcome {
        let outcome = await ask()
        state.withLock { state in
            state.fetch = nil
            switch outcome {
            case .success(let found):
                state.current = found
                state.failure = nil
            case .failure(let failure):
                state.failure = failure
                state.notBefore = now().adding(Self.pauseAfterFailure)
            }
        }
        return outcome
    }

    private func ask() async -> Outcome {
        do {
            for source in sources {
                if let found = try await source.load() { return .success(found) }
            }
            return .failure(AWSCredentialFailure("no AWS credentials were found: none of the places that AWS documents has any"))
        } catch {
            return .failure(error)
        }
    }
}
