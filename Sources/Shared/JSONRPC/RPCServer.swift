import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Serves a method table on any number of listeners.
///
/// Stopping loses nothing: see ``beginDraining()``. An inherited listening socket is closed without shutdown(2), so what waits in its
/// backlog stays for the next process that holds it.
package final class RPCServer: Sendable {
    /// Sendable parts that every connection uses.
    struct Shared: Sendable {
        let dispatcher: RPCDispatcher
        let identify: @Sendable (RPCPeerCredentials?) -> RPCPeer?
        let activity: RPCActivityTracker
        let logger: Logger
    }

    private struct State {
        var isBound = false
        var isDraining = false
        var listeners: [any Channel] = []
        /// Listeners that accept no more and are not closed yet.
        var closingListeners = 0
        var addresses: [RPCAddress] = []
        var unixPaths: [String] = []
        var connections: [ObjectIdentifier: NIOLoopBound<RPCServerConnection>] = [:]
        var whenFinished: [CheckedContinuation<Void, Never>] = []
    }

    let shared: Shared
    let addresses: [RPCAddress]
    private let state = Mutex(State())

    /// Makes a server that knows by `identify` the peer behind a connection's uid and gid (Unix) or nil for loopback TCP; nil refuses it.
    package init(
        methods: RPCMethodTable,
        addresses: [RPCAddress],
        limits: RPCLimits = RPCLimits(),
        title: String,
        identify: @escaping @Sendable (_ credentials: RPCPeerCredentials?) -> RPCPeer?,
        logger: Logger
    ) {
        self.addresses = addresses
        shared = Shared(
            dispatcher: RPCDispatcher(methods: methods, limits: limits, title: title, logger: logger),
            identify: identify,
            activity: RPCActivityTracker(),
            logger: logger
        )
    }

    /// Connections open and calls in flight, for idle exit; `lastActivity` moves with each.
    package var activity: RPCActivity { shared.activity.snapshot }

    /// Listens without waiting for ``run()``; a second call only returns the addresses.
    ///
    /// - Returns: where the server listens, port 0 replaced by the real one.
    @discardableResult
    package func bind() async throws -> [RPCAddress] {
        let isBound = state.withLock { state in
            defer { state.isBound = true }
            return state.isBound
        }
        if !isBound {
            do {
                for address in addresses { try await listen(on: address) }
            } catch {
                beginDraining()
                throw error
            }
        }
        return state.withLock { $0.addresses }
    }

    /// Binds and serves until the task is cancelled or ``beginDraining()`` is called, then drains: `rpc.draining`, finish, close.
    ///
    /// What does not end by itself within the default deadline after that is cut off.
    package func run() async throws {
        try await bind()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFinished = state.withLock { state in
                    guard !Self.isFinished(state) else { return true }
                    state.whenFinished.append(continuation)
                    return false
                }
                if isFinished { continuation.resume() }
            }
        } onCancel: {
            beginDraining()
        }
    }

    /// Stops accepting and tells every client to go elsewhere; idempotent.
    ///
    /// What has begun is finished and answered. A request that still arrives is answered with ``RPCErrorCode/draining`` and not begun, so that its client repeats it on a new
    /// connection. A client closes its connection when it has its answers; one that does not is closed soon after the last answer.
    package func beginDraining() {
        let (listeners, paths, connections) = state.withLock { state in
            let first = !state.isDraining
            state.isDraining = true
            state.closingListeners += state.listeners.count
            defer {
                state.listeners = []
                state.unixPaths = []
            }
            return (state.listeners, state.unixPaths, first ? Array(state.connections.values) : [])
        }
        for path in paths { UnixSocketFile.remove(path) }
        for listener in listeners {
            Self.closeQuietly(listener).whenComplete { _ in
                self.state.withLock { $0.closingListeners -= 1 }
                self.finishIfDone()
            }
        }
        for connection in connections { connection.drain() }
        finishIfDone()
    }

    private static func isFinished(_ state: State) -> Bool {
        state.isDraining && state.closingListeners == 0 && state.connections.isEmpty
    }

    private func finishIfDone() {
        let waiting = state.withLock { state in
            guard Self.isFinished(state) else { return [CheckedContinuation<Void, Never>]() }
            defer { state.whenFinished = [] }
            return state.whenFinished
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension RPCServer {
    /// Remembers a listener; closes it at once when draining began meanwhile.
    func opened(_ listener: any Channel, as address: RPCAddress, unixPath: String?) {
        let isDraining = state.withLock { state in
            guard !state.isDraining else { return true }
            state.listeners.append(listener)
            state.addresses.append(address)
            if let unixPath { state.unixPaths.append(unixPath) }
            return false
        }
        guard isDraining else { return }
        if let unixPath { UnixSocketFile.remove(unixPath) }
        listener.close(promise: nil)
    }

    /// Keeps a connection until it closes; runs on its event loop.
    func adopt(_ connection: RPCServerConnection, on channel: any Channel) {
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let key = ObjectIdentifier(connection)
        let isDraining = state.withLock { state in
            state.connections[key] = bound
            return state.isDraining
        }
        connection.whenEnded = {
            self.state.withLock { _ = $0.connections.removeValue(forKey: key) }
            self.finishIfDone()
        }
        if isDraining { bound.drain() }
    }
}

extension NIOLoopBound<RPCServerConnection> {
    fileprivate func drain() { eventLoop.execute { value.drain() } }
}
