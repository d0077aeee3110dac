import JSON

/// The queue contract `transactional-email`, version 1 (API.md section 3), as far as the worker reads it.
struct TransactionalEmailMessage: Equatable, Sendable {
    static let contract = "transactional-email"

    var messageID: Int64

    init(body: String) throws(CampaignEmailMessage.Invalid) {
        guard let value = try? JSONValue.parse(body), value.objectValue != nil else {
            throw CampaignEmailMessage.Invalid(description: "body: not a JSON object")
        }
        guard value["contract"]?.stringValue == Self.contract else {
            throw CampaignEmailMessage.Invalid(description: "contract: not \(Self.contract)")
        }
        guard value["version"]?.int64Value == 1 else { throw CampaignEmailMessage.Invalid(description: "version: only 1 is known") }
        guard let id = value["transactional_message_id"]?.int64Value, id > 0 else {
            throw CampaignEmailMessage.Invalid(description: "transactional_message_id: missing or invalid")
        }
        guard let client = value["client_id"]?.int64Value, client > 0 else {
            throw CampaignEmailMessage.Invalid(description: "client_id: missing or invalid")
        }
        guard value["idempotency_key"]?.stringValue != nil else {
            throw CampaignEmailMessage.Invalid(description: "idempotency_key: missing or invalid")
        }
        messageID = id
    }
}
