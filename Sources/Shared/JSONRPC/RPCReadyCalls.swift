/// Calls of a connection that passed every check, begun together in their order.
struct RPCReadyCalls {
    struct Item {
        var serial: Int
        var call: RPCDispatcher.Call
        var batch: RPCBatchCollector?
    }

    private var items: [Item] = []
    private var next = 0
    /// The one whose handler runs on the event loop at this moment.
    var running: Item?
    var isBeginning = false

    var count: Int { items.count - next }

    mutating func add(_ call: RPCDispatcher.Call, _ batch: RPCBatchCollector?, serial: Int) {
        items.append(Item(serial: serial, call: call, batch: batch))
    }

    /// Takes the oldest, which runs now.
    mutating func take() -> Item? {
        guard next < items.count else { return nil }
        running = items[next]
        next += 1
        return running
    }

    /// Forgets those that were begun.
    mutating func finishBeginning() {
        isBeginning = false
        items.removeFirst(next)
        next = 0
    }
}
