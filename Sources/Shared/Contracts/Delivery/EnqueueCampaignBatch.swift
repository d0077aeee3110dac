import JSON
import JSONRPC
import Model

/// Puts `campaign-email` v1 messages for a batch into the queue.
///
/// Idempotent by batch id and generation: a batch that was enqueued is not enqueued again. Sent by Campaign's outbox (DESIGN section 5
/// item 2).
package struct EnqueueCampaignBatch: RPCMethod, Codable {
    package static let name = "delivery.enqueueCampaignBatch"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.campaign]
    package typealias Result = Empty
    package var campaignID: CampaignID
    package var batchID: BatchID
    /// 0 for the snapshot's own message; a resend, a sweep or a resume uses a new one.
    package var generation: Int64
    package var recipientIDs: [Int64]
    package init(campaignID: CampaignID, batchID: BatchID, generation: Int64, recipientIDs: [Int64]) {
        self.campaignID = campaignID
        self.batchID = batchID
        self.generation = generation
        self.recipientIDs = recipientIDs
    }
}
