import Contracts
import JSON
import JSONRPC

extension AddOutboxCalls {
    /// Messages for Delivery, many in one statement.
    init(_ calls: [EnqueueCampaignBatch]) throws {
        self.init(
            destination: "delivery",
            method: EnqueueCampaignBatch.name,
            params: try calls.map { call in
                var writer = JSONWriter(reservingCapacity: 64 + call.recipientIDs.count * 8)
                try call.write(to: &writer)
                return String(decoding: writer.bytes, as: UTF8.self)
            }
        )
    }
}
