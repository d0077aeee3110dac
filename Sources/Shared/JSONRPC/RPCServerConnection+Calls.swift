import JSON
import NIOCore

extension RPCServerConnection {
    /// Takes one line: answers at once what needs no handler and begins the rest.
    func take(_ line: ArraySlice<UInt8>) {
        switch shared.dispatcher.parse(line) {
        case .single(let item):
            take(item, batch: nil)
        case .batch(let items):
            let limits = shared.dispatcher.limits
            let batch = RPCBatchCollector(count: items.count, maximumBytes: limits.maximumLineBytes)
            for item in items { take(item, batch: batch) }
        }
    }

    private func take(_ item: RPCItem, batch: RPCBatchCollector?) {
        guard case .request(let request) = item else { return deliver(immediate(item), id: nil, to: batch) }
        if request.method == "rpc.cancel" {
            beginReady()
            return deliver(cancel(request), id: request.id, to: batch)
        }
        if isDraining { return refuse(request, .draining, batch) }
        switch shared.dispatcher.prepare(item, from: peer) {
        case .answered(let answer): deliver(answer, id: request.id, to: batch)
        case .call(let call):
            let maximum = shared.dispatcher.limits.maximumCallsInFlight
            if calls.count + ready.count >= min(maximum, calls.count + Self.readyAtOnce) { beginReady() }
            guard calls.count < maximum else { return refuse(request, .tooManyCalls, batch) }
            ready.add(call, batch, serial: nextSerial)
            nextSerial += 1
        }
    }

    private func immediate(_ item: RPCItem) -> [UInt8]? {
        if case .answered(let answer) = shared.dispatcher.prepare(item, from: peer) { answer } else { nil }
    }

    private func refuse(_ request: RPCRequest, _ code: RPCErrorCode, _ batch: RPCBatchCollector?) {
        deliver(request.id.map { RPCAnswer.error(code, id: $0) }, id: request.id, to: batch)
    }

    /// Called on the event loop when handlers have ended.
    func takeFinished() {
        guard let finished = outbox?.take() else { return }
        shared.activity.ended(finished.count)
        for (serial, answer) in finished.lazy.map({ ($0.serial, $0.answer) }) {
            guard let call = calls.removeValue(forKey: serial), !call.isAnswered else { continue }
            deliver(call.id == nil ? nil : answer, id: call.id, to: call.batch)
        }
        flush()
        endIfDone()
    }

    /// Puts an answer in its place: into its batch, or out as a line.
    func deliver(_ bytes: [UInt8]?, id: ArraySlice<UInt8>?, to batch: RPCBatchCollector?) {
        if let batch {
            if batch.add(bytes, id: id), let line = batch.line { answer(line) }
        } else if let bytes {
            answer(bytes)
        }
    }

    func answer(_ line: [UInt8]) {
        outgoing.writeBytes(line)
        outgoing.writeInteger(UInt8(0x0A))
    }
}

extension RPCServerConnection {
    /// Answers `rpc.cancel {id}`.
    ///
    /// Reads with this id, byte for byte, are answered as cancelled and their handlers told; a write goes on and is answered when it is
    /// done. The answer says whether there was such a call.
    private func cancel(_ request: RPCRequest) -> [UInt8]? {
        var target: ArraySlice<UInt8>?
        do {
            var reader = JSONReader(request.params ?? [])
            target = try reader.rawObject(finding: "id").member
        } catch {}
        guard let target else {
            return request.id.map { RPCAnswer.error(.invalidParams, id: $0, ["reason": "id is missing"]) }
        }
        let found = calls.filter { $0.value.id == target }.map(\.key)
        for serial in found where calls[serial]?.isRead == true { end(serial, .cancelled) }
        return request.id.map { id in RPCAnswer.result(id: id) { $0.value(["found": .bool(!found.isEmpty)]) } }
    }

    /// Answers a call before its handler ends, and cancels the handler of a read.
    private func end(_ serial: Int, _ code: RPCErrorCode) {
        guard let call = calls[serial], !call.isAnswered else { return }
        calls[serial]?.isAnswered = true
        if call.isRead { call.task?.cancel() }
        deliver(call.id.map { RPCAnswer.error(code, id: $0) }, id: call.id, to: call.batch)
    }

    /// One coarse timer for all deadlines of the connection; it runs only while calls are in flight.
    func tick() {
        guard !isTicking, let context else { return }
        isTicking = true
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(25)) {
            self.isTicking = false
            let now = NIODeadline.now()
            for serial in self.calls.filter({ $0.value.deadline <= now }).map(\.key) { self.end(serial, .deadlineExceeded) }
            self.flush()
            if !self.calls.isEmpty { self.tick() }
        }
    }
}
