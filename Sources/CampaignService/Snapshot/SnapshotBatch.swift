import Contracts
import Model

/// One batch of a snapshot page: neighbouring rows, at most 500 of them to be mailed.
struct SnapshotBatch: Sendable, Equatable {
    static let maximumPending = 500

    var id: BatchID
    var firstRecipient: Int64
    var lastRecipient: Int64
    var pendingIDs: [Int64]
    var skippedCount: Int64

    /// How many batches a page of candidates needs.
    static func count(skipReasons: TextLines) -> Int {
        guard skipReasons.count > 0 else { return 0 }
        let pending = (0..<skipReasons.count).count { skipReasons.isEmpty(at: $0) }
        return max(1, (pending + maximumPending - 1) / maximumPending)
    }

    /// Splits a page's rows, in order.
    ///
    /// The ids must be as many as ``count(skipReasons:)`` says.
    static func split(recipientIDs: [Int64], skipReasons: TextLines, batchIDs: [Int64]) -> [SnapshotBatch] {
        var batches: [SnapshotBatch] = []
        var free = batchIDs[...]
        for (index, recipientID) in recipientIDs.prefix(skipReasons.count).enumerated() {
            let isPending = skipReasons.isEmpty(at: index)
            let isFull = isPending && (batches.last?.pendingIDs.count ?? maximumPending) == maximumPending
            if batches.isEmpty || isFull {
                guard let id = free.popFirst() else { return batches }
                batches.append(
                    SnapshotBatch(id: BatchID(id), firstRecipient: recipientID, lastRecipient: recipientID, pendingIDs: [], skippedCount: 0)
                )
            }
            let last = batches.count - 1
            batches[last].firstRecipient = min(batches[last].firstRecipient, recipientID)
            batches[last].lastRecipient = max(batches[last].lastRecipient, recipientID)
            if isPending { batches[last].pendingIDs.append(recipientID) } else { batches[last].skippedCount += 1 }
        }
        return batches
    }
}
