import JSON
import JSONRPC
import Model

extension EnqueueCampaignBatch {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("campaignID", campaignID.rawValue)
        writer.member("batchID", batchID.rawValue)
        writer.member("generation", generation)
        writer.member("recipientIDs", recipientIDs)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> EnqueueCampaignBatch {
        var reader = JSONReader(json)
        var campaignID: Int64?
        var batchID: Int64?
        var generation: Int64?
        var recipientIDs: [Int64]?
        try reader.object { key, reader in
            switch key {
            case "campaignID": campaignID = try reader.integer()
            case "batchID": batchID = try reader.integer()
            case "generation": generation = try reader.integer()
            case "recipientIDs": recipientIDs = try reader.integers(key)
            default: try reader.skip()
            }
        }
        try reader.end()
        return EnqueueCampaignBatch(
            campaignID: CampaignID(try campaignID.required("campaignID")),
            batchID: BatchID(try batchID.required("batchID")),
            generation: try generation.required("generation"),
            recipientIDs: try recipientIDs.required("recipientIDs")
        )
    }
}
