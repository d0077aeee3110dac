import JSON
import JSONRPC
import Model

extension ClaimRecipients {
    /// The most ids of one call.
    package static let maximumIDs = 64

    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("campaignID", campaignID.rawValue)
        writer.member("batchID", batchID.rawValue)
        writer.member("recipientIDs", recipientIDs)
        writer.member("worker", worker)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ClaimRecipients {
        var reader = JSONReader(json)
        var campaignID: Int64?
        var batchID: Int64?
        var recipientIDs: [Int64]?
        var worker: String?
        try reader.object { key, reader in
            switch key {
            case "campaignID": campaignID = try reader.integer()
            case "batchID": batchID = try reader.integer()
            case "recipientIDs": recipientIDs = try reader.integers("recipientIDs", limit: maximumIDs)
            case "worker": worker = try reader.string()
            default: try reader.skip()
            }
        }
        try reader.end()
        return ClaimRecipients(
            campaignID: CampaignID(try campaignID.required("campaignID")),
            batchID: BatchID(try batchID.required("batchID")),
            recipientIDs: try recipientIDs.required("recipientIDs"),
            worker: try worker.required("worker")
        )
    }
}

extension ClaimedRecipients {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("disposition", disposition.rawValue)
        writer.member("revisionID", revisionID.rawValue)
        writer.member("recipientIDs", recipientIDs)
        writer.member("attempts", attempts)
        writer.member("contactIDs", contactIDs)
        writer.member("emails", emails)
        writer.member("mergeFields", mergeFields)
        writer.member("deferredIDs", deferredIDs)
        writer.member("deferredSeconds", deferredSeconds)
        writer.member("heldIDs", heldIDs)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ClaimedRecipients {
        var reader = JSONReader(json)
        var disposition: String?
        var revisionID: Int64?
        var claimed = ClaimedRecipients(disposition: .ended, revisionID: RevisionID(0))
        try reader.object { key, reader in
            switch key {
            case "disposition": disposition = try reader.string()
            case "revisionID": revisionID = try reader.integer()
            case "recipientIDs": claimed.recipientIDs = try reader.integers(key)
            case "attempts": claimed.attempts = try reader.integers(key)
            case "contactIDs": claimed.contactIDs = try reader.integers(key)
            case "emails": claimed.emails = try reader.strings()
            case "mergeFields": claimed.mergeFields = try reader.strings()
            case "deferredIDs": claimed.deferredIDs = try reader.integers(key)
            case "deferredSeconds": claimed.deferredSeconds = try reader.integer()
            case "heldIDs": claimed.heldIDs = try reader.integers(key)
            default: try reader.skip()
            }
        }
        try reader.end()
        guard let disposition = Disposition(rawValue: try disposition.required("disposition")) else {
            throw HotCodecError.unknownValue("disposition")
        }
        claimed.disposition = disposition
        claimed.revisionID = RevisionID(try revisionID.required("revisionID"))
        let count = claimed.recipientIDs.count
        guard claimed.attempts.count == count, claimed.contactIDs.count == count, claimed.emails.count == count,
            claimed.mergeFields.count == count
        else { throw HotCodecError.unequalColumns }
        return claimed
    }
}
