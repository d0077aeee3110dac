/// Transfers that wait for a connection, first come, first served.
struct TransferQueue {
    private var transfers: [HTTPTransfer?] = []
    private var head = 0
    private(set) var count = 0

    mutating func append(_ transfer: HTTPTransfer) {
        transfers.append(transfer)
        count += 1
    }

    mutating func popFirst() -> HTTPTransfer? {
        while head < transfers.count {
            defer { head += 1 }
            guard let transfer = transfers[head] else { continue }
            transfers[head] = nil
            count -= 1
            return transfer
        }
        transfers.removeAll(keepingCapacity: true)
        head = 0
        return nil
    }

    /// Takes the transfer out of the line; false when it is not in it.
    mutating func remove(_ transfer: HTTPTransfer) -> Bool {
        guard let index = transfers.lastIndex(where: { $0 === transfer }) else { return false }
        transfers[index] = nil
        count -= 1
        return true
    }
}
