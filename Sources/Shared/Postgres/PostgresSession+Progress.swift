import CLibPQ
import Readiness
import Synchronization

extension PostgresSession {
    /// The descriptor is ready; on the event thread.
    func ready(_ interest: Interest) {
        let after = state.withLock { state -> AfterUnlock in
            guard state.phase == .ready, let handle = state.handle else { return AfterUnlock() }
            if interest.contains(.read), PQconsumeInput(handle) == 0 { return lose(&state, handle) }
            var after = notifications(state, handle)
            after.append(advance(&state, handle))
            return after
        }
        after.run()
    }

    /// Goes on as far as it goes without waiting.
    func advance(_ state: inout State, _ handle: OpaquePointer) -> AfterUnlock {
        let flushed = PQflush(handle)
        if flushed < 0 { return lose(&state, handle) }
        let after = receive(&state, handle, isFlushed: flushed == 0)
        guard state.phase == .ready else { return after }
        guard PQstatus(handle) == CONNECTION_OK else {
            var all = after
            all.append(lose(&state, handle))
            return all
        }
        // Nobody takes the chunks of a COPY while no operation runs: then reading would fill the memory.
        var interest: Interest = state.isCopying && state.operation == nil ? [] : .read
        if flushed == 1 { interest.insert(.write) }
        watch(&state, interest)
        return after
    }

    private func receive(_ state: inout State, _ handle: OpaquePointer, isFlushed: Bool) -> AfterUnlock {
        guard let goal = state.operation?.goal else { return AfterUnlock() }
        switch goal {
        case .flushed: return isFlushed ? complete(&state, .success(.flushed)) : AfterUnlock()
        case .copyData: return receiveCopy(&state, handle)
        case .results: return receiveResults(&state, handle)
        }
    }

    private func receiveResults(_ state: inout State, _ handle: OpaquePointer) -> AfterUnlock {
        var ends = 0
        while PQisBusy(handle) == 0 {
            guard let pointer = PQgetResult(handle) else {
                // In pipeline mode a null ends each statement, and two in a row mean that nothing is left.
                ends += 1
                let isPipeline = (state.operation?.remainingSyncs ?? 0) > 0
                if isPipeline, ends == 1 { continue }
                if isPipeline { state.mustClose = true }
                return complete(&state, results(of: state))
            }
            ends = 0
            let result = PostgresResult(pointer)
            if result.status == PGRES_PIPELINE_SYNC {
                state.operation?.remainingSyncs -= 1
                if state.operation?.remainingSyncs == 0 { return complete(&state, results(of: state)) }
                continue
            }
            state.operation?.results.append(result)
            if result.status == PGRES_COPY_IN || result.status == PGRES_COPY_OUT {
                state.isCopying = true
                return complete(&state, results(of: state))
            }
        }
        return AfterUnlock()
    }

    private func results(of state: State) -> Result<SessionOperation.Outcome, any Error> {
        .success(.results(state.operation?.results ?? []))
    }

    private func receiveCopy(_ state: inout State, _ handle: OpaquePointer) -> AfterUnlock {
        var buffer: UnsafeMutablePointer<CChar>?
        let length = PQgetCopyData(handle, &buffer, 1)
        defer { if let buffer { PQfreemem(buffer) } }
        switch length {
        case 0: return AfterUnlock()
        case 1...:
            let bytes = UnsafeRawBufferPointer(start: buffer, count: Int(length))
            return complete(&state, .success(.copyData(Array(bytes))))
        case -1:
            state.isCopying = false
            return complete(&state, .success(.copyData(nil)))
        default:
            state.isCopying = false
            state.mustClose = true
            return complete(&state, .failure(PostgresError.lost("COPY broke off")))
        }
    }

    func complete(_ state: inout State, _ outcome: Result<SessionOperation.Outcome, any Error>) -> AfterUnlock {
        guard let operation = state.operation else { return AfterUnlock() }
        state.operation = nil
        let completion = operation.completion
        guard operation.isCancelRequested else { return AfterUnlock { completion(outcome) } }
        if operation.results.contains(where: { $0.error?.sqlState == "57014" }) {
            // Of a batch it is not known any more what it has prepared.
            if let handle = state.handle, PQpipelineStatus(handle) != PQ_PIPELINE_OFF { state.mustClose = true }
            return AfterUnlock { completion(.failure(CancellationError())) }
        }
        // The cancellation came too late and could hit a later statement.
        state.mustClose = true
        return AfterUnlock { completion(outcome) }
    }

    /// The connection broke: what the server still said decides what its user is told.
    private func lose(_ state: inout State, _ handle: OpaquePointer) -> AfterUnlock {
        let reason = String(cString: PQerrorMessage(handle)).split(separator: "\n").first.map(String.init)
        guard state.operation != nil else { return close(&state) }
        for _ in 0..<16 {
            guard state.operation?.goal == .results, let pointer = PQgetResult(handle) else { break }
            state.operation?.results.append(PostgresResult(pointer))
        }
        let errors = (state.operation?.results ?? []).compactMap(\.error)
        let isAnyDone = state.operation?.results.contains { $0.error == nil && $0.status != PGRES_PIPELINE_ABORTED } ?? false
        var error = errors.first { $0.sqlState != nil } ?? .lost(reason ?? "the connection was lost")
        error.isUnavailable = true
        if isAnyDone { error.isSafeToRetry = false }
        let failure: any Error = state.operation?.isCancelRequested == true ? CancellationError() : error
        state.operation?.results = []
        var after = complete(&state, .failure(failure))
        after.append(close(&state))
        return after
    }

    private func notifications(_ state: State, _ handle: OpaquePointer) -> AfterUnlock {
        var after = AfterUnlock()
        while let notification = PQnotifies(handle) {
            defer { PQfreemem(notification) }
            guard let handler = state.onNotification else { continue }
            let channel = String(cString: notification.pointee.relname)
            let payload = String(cString: notification.pointee.extra)
            after.append { handler(channel, payload) }
        }
        return after
    }

    func watch(_ state: inout State, _ interest: Interest) {
        guard interest != state.interest, state.descriptor >= 0 else { return }
        state.interest = interest
        do { try EventThread.shared.modify(descriptor: state.descriptor, interest: interest) } catch { state.mustClose = true }
    }
}
