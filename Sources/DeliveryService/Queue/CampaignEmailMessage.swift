import JSON
import Model

/// The queue contract `campaign-email`, version 1 (API.md section 3): ids only.
struct CampaignEmailMessage: Equatable, Sendable {
    static let contract = "campaign-email"

    var campaignID: CampaignID
    var batchID: BatchID
    var recipientIDs: [Int64]

    /// Why a body is not a message of this contract; such a message alone fails.
    struct Invalid: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    var body: String {
        var writer = JSONWriter(reservingCapacity: 128 + recipientIDs.count * 8)
        writer.beginObject()
        writer.key("contract")
        writer.string(Self.contract)
        writer.key("version")
        writer.integer(1)
        writer.key("campaign_id")
        writer.integer(campaignID.rawValue)
        writer.key("batch_id")
        writer.integer(batchID.rawValue)
        writer.key("campaign_recipient_ids")
        writer.beginArray()
        for id in recipientIDs { writer.integer(id) }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    init(campaignID: CampaignID, batchID: BatchID, recipientIDs: [Int64]) {
        self.campaignID = campaignID
        self.batchID = batchID
        self.recipientIDs = recipientIDs
    }

    init(body: String) throws(Invalid) {
        guard let value = try? JSONValue.parse(body), value.objectValue != nil else {
            throw Invalid(description: "body: not a JSON object")
        }
        guard value["contract"]?.stringValue == Self.contract else { throw Invalid(description: "contract: not \(Self.contract)") }
        guard value["version"]?.int64Value == 1 else { throw Invalid(description: "version: only 1 is known") }
        guard let campaign = value["campaign_id"]?.int64Value, campaign > 0 else {
            throw Invalid(description: "campaign_id: missing or invalid")
        }
        guard let batch = value["batch_id"]?.int64Value, batch > 0 else { throw Invalid(description: "batch_id: missing or invalid") }
        guard let items = value["campaign_recipient_ids"]?.arrayValue, !items.isEmpty else {
            throw Invalid(description: "campaign_recipient_ids: missing or empty")
        }
        let ids = items.compactMap(\.int64Value).filter { $0 > 0 }
        guard ids.count == items.count else { throw Invalid(description: "campaign_recipient_ids: not all are positive integers") }
        self.init(campaignID: CampaignID(campaign), batchID: BatchID(batch), recipientIDs: ids)
    }
}
