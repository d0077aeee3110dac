import CLibPQ
import Dispatch
import Glibc
import Logging
import Readiness
import Synchronization

extension PostgresSession {
    /// Looking up a host name blocks: not on the event thread nor on the cooperative pool.
    private static let resolver = DispatchQueue(label: "postgres.connect", attributes: .concurrent)

    /// Begins to connect; `onConnected` is called once, `onClosed` once for a session that was connected.
    static func connect(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        onNotification: (@Sendable (_ channel: String, _ payload: String) -> Void)? = nil,
        onClosed: @escaping @Sendable (PostgresSession) -> Void,
        onConnected: @escaping @Sendable (Result<PostgresSession, PostgresError>) -> Void
    ) -> PostgresSession {
        let session = PostgresSession(logger: logger)
        let timer = EventThread.shared.schedule(after: configuration.connectTimeout) { [weak session] in
            guard let session else { return }
            let after = session.state.withLock { state in
                state.phase == .connecting
                    ? session.close(&state, reason: .lost("no connection in time", isSafeToRetry: true)) : AfterUnlock()
            }
            after.run()
        }
        session.state.withLock { state in
            state.connectTimer = timer
            state.onNotification = onNotification
            state.onConnected = onConnected
            state.onClosed = onClosed
        }
        resolver.async {
            let handle = SessionHandle(pointer: start(configuration))
            EventThread.shared.execute { session.adopt(handle) }
        }
        return session
    }

    private static func start(_ configuration: PostgresConfiguration) -> OpaquePointer? {
        // Later keywords win: what stands before `dbname` is a default that the connection string can change.
        var keywords: [(String, String)] = [
            ("keepalives_idle", "30"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
            ("dbname", configuration.connectionString), ("application_name", configuration.applicationName), ("client_encoding", "UTF8"),
        ]
        if let path = configuration.passwordFile, let password = password(at: path) { keywords.append(("password", password)) }
        let names = keywords.map { strdup($0.0) }
        let values = keywords.map { strdup($0.1) }
        defer { for pointer in names + values { free(pointer) } }
        let nameList = names.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        return PQconnectStartParams(nameList, valueList, 1)
    }

    private static func password(at path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var bytes = buffer.prefix(fread(&buffer, 1, buffer.count, file))
        bytes = buffer.prefix(bytes.count)
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func adopt(_ handle: SessionHandle) {
        let after = state.withLock { state -> AfterUnlock in
            guard state.phase == .connecting else {
                if let pointer = handle.pointer { PQfinish(pointer) }
                return AfterUnlock()
            }
            guard let pointer = handle.pointer else { return close(&state, reason: .lost("out of memory")) }
            state.handle = pointer
            notices.attach(to: pointer)
            guard PQstatus(pointer) != CONNECTION_BAD else { return failConnecting(&state, pointer) }
            return watchConnecting(&state, pointer, .write)
        }
        after.run()
    }

    /// On the event thread.
    private func poll() {
        let after = state.withLock { state -> AfterUnlock in
            guard state.phase == .connecting, let handle = state.handle else { return AfterUnlock() }
            // libpq may close the socket and open another one in this call.
            EventThread.shared.unregister(descriptor: state.descriptor)
            state.descriptor = -1
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_READING: return watchConnecting(&state, handle, .read)
            case PGRES_POLLING_WRITING: return watchConnecting(&state, handle, .write)
            case PGRES_POLLING_OK: return finishConnecting(&state, handle)
            default: return failConnecting(&state, handle)
            }
        }
        after.run()
    }

    private func watchConnecting(_ state: inout State, _ handle: OpaquePointer, _ interest: Interest) -> AfterUnlock {
        state.descriptor = PQsocket(handle)
        state.interest = interest
        do {
            try EventThread.shared.register(descriptor: state.descriptor, interest: interest) { [self] _ in poll() }
            return AfterUnlock()
        } catch { return close(&state, reason: .lost("\(error)")) }
    }

    private func finishConnecting(_ state: inout State, _ handle: OpaquePointer) -> AfterUnlock {
        if let timer = state.connectTimer { EventThread.shared.cancel(timer) }
        state.connectTimer = nil
        state.descriptor = PQsocket(handle)
        state.interest = .read
        state.cancelHandle = SessionCancelHandle(handle)
        guard PQsetnonblocking(handle, 1) == 0 else { return failConnecting(&state, handle) }
        do {
            try EventThread.shared.register(descriptor: state.descriptor, interest: .read) { [self] in ready($0) }
        } catch { return close(&state, reason: .lost("\(error)")) }
        state.phase = .ready
        let onConnected = state.onConnected
        state.onConnected = nil
        return AfterUnlock { [self] in onConnected?(.success(self)) }
    }

    private func failConnecting(_ state: inout State, _ handle: OpaquePointer) -> AfterUnlock {
        let lines = String(cString: PQerrorMessage(handle)).split(separator: "\n").map { $0.trimmingPrefix { $0 == "\t" } }
        return close(&state, reason: .lost(lines.first.map(String.init) ?? "no connection", isSafeToRetry: true))
    }
}
