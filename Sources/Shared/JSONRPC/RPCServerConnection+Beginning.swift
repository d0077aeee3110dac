import NIOCore

extension RPCServerConnection {
    /// So many are begun together at most.
    static let readyAtOnce = 32
    /// So many bytes of answers do not wait for others: the peer reads them while we go on.
    private static let flushSize = 12 * 1024

    /// Begins what is ready.
    ///
    /// The one place that starts unstructured tasks. A task runs one handler after another on the event loop until one of them first waits for
    /// something, which saves quick calls a task each and two changes of thread; the rest are then begun by the next task. A handler
    /// that computes for long before it first waits belongs into a `@concurrent` function. A handler that waits is kept in ``calls``
    /// until it ends and, if it is a read, cancelled with the connection; its task runs no other.
    func beginReady() {
        guard ready.count > 0, !ready.isBeginning, let outbox else { return }
        ready.isBeginning = true
        let dispatcher = shared.dispatcher
        let count = ready.count
        shared.activity.begun(count)
        var waiting = 0
        repeat {
            let task = Task.immediate {
                while let (serial, call) = outbox.next() { outbox.finish(serial, await dispatcher.run(call)) }
            }
            guard let item = ready.running else { continue }
            ready.running = nil
            waiting += 1
            let deadline = NIODeadline.now() + .nanoseconds(item.call.patience.nanoseconds)
            calls[item.serial] = RPCServerCall(id: item.call.id, isRead: item.call.isRead, deadline: deadline, task: task, batch: item.batch)
            tick()
        } while ready.count > 0
        ready.finishBeginning()
        if count > waiting { shared.activity.ended(count - waiting) }
    }

    /// Takes an answer whose handler did not wait for anything; false when it did.
    func takeAtOnce(_ serial: Int, _ answer: [UInt8]) -> Bool {
        guard let item = ready.running, item.serial == serial else { return false }
        ready.running = nil
        deliver(item.call.id == nil ? nil : answer, id: item.call.id, to: item.batch)
        if outgoing.readableBytes >= Self.flushSize, let context { send(context) }
        return true
    }
}
