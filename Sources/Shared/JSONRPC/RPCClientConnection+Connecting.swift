import NIOCore
import NIOPosix
import Synchronization

extension RPCClientConnection {
    /// Connects in the background; calls may be enqueued already.
    ///
    /// Connecting to the socket of a service that is only being started waits
    /// in its backlog.
    func connect(to address: RPCAddress) {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.maxMessagesPerRead, value: 4)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RPCClientHandler(connection: self, limits: self.limits))
                }
            }
        let channel: EventLoopFuture<any Channel>
        switch address {
        case .unix(let path): channel = bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port) where RPCAddress.isLoopback(host: host): channel = bootstrap.connect(host: host, port: port)
        case .tcp(let host, _): channel = eventLoop.makeFailedFuture(RPCServerError.notLoopback(host: host))
        case .descriptor: channel = eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        channel.whenComplete { result in
            switch result {
            case .success(let channel): self.opened(channel)
            case .failure(let error): self.fail("cannot connect: \(error)")
            }
        }
    }

    private func opened(_ channel: any Channel) {
        let isWanted = state.withLock { state in
            guard state.phase == .connecting, channel.isActive else { return state.phase == .leaving }
            state.phase = .open
            state.channel = channel
            state.isFlushScheduled = true
            return true
        }
        if isWanted { flush() } else { channel.close(promise: nil) }
    }

    /// The server drains, or answers make no sense any more: nothing new is sent here, what was sent is awaited.
    func leave() {
        let held = state.withLock { state -> [UnsafeContinuation<RPCReply, Never>] in
            guard state.phase.rawValue < Phase.leaving.rawValue else { return [] }
            state.phase = .leaving
            let held = state.pending.filter { !$0.value.held.isEmpty }
            for id in held.keys { state.pending[id] = nil }
            state.held = []
            state.heldCount = 0
            return held.values.map(\.continuation)
        }
        for continuation in held { continuation.resume(returning: .lost(reason: "the server drains", begun: false)) }
        closeIfDone()
    }

    /// Closes a connection that is being left when its last call has ended; on the event loop.
    func closeIfDone() {
        let channel = state.withLock { state -> (any Channel)? in
            guard state.phase == .leaving, state.pending.isEmpty, state.outgoing.readableBytes == 0 else { return nil }
            return state.channel
        }
        channel?.close(promise: nil)
    }

    /// Ends the calls whose deadline has passed, and says when the connection has been idle for so long that it is closed.
    func sweep() -> Bool {
        let now = NIODeadline.now()
        let (expired, mustFlush, isIdle) = state.withLock { state in
            let late = state.pending.filter { $0.value.deadline <= now }.map(\.key)
            let expired = late.compactMap { state.end($0)?.continuation }
            let isIdle = state.phase == .open && state.pending.isEmpty && state.outgoing.readableBytes == 0 && now - state.lastCall >= idleTimeout
            if isIdle { state.phase = .leaving }
            return (expired, state.outgoing.readableBytes > 0, isIdle)
        }
        for continuation in expired { continuation.resume(returning: .timedOut) }
        if mustFlush { flush() }
        closeIfDone()
        return isIdle
    }
}
