import Contracts
import JSON
import Model

/// The counts of an erasure, by the API's names.
enum ErasureCounts {
    /// When there was nobody.
    static let none: [String: Int] = [
        "subscriptions_deleted": 0, "category_preferences_deleted": 0, "contact_tags_deleted": 0, "source_metadata_deleted": 0,
        "recipient_list_members_deleted": 0, "transactional_messages_anonymized": 0, "campaign_recipients_anonymized": 0,
        "email_events_anonymized": 0, "cmp_callbacks_anonymized": 0,
    ]

    /// What Audience itself deleted, as JSON.
    static func ofAudience(_ rows: DeleteContactRows.Output?, members: Int64) -> String {
        JSONValue.object(
            JSONObject([
                (key: "subscriptions_deleted", value: .number(JSONNumber(rows?.subscriptions ?? 0))),
                (key: "category_preferences_deleted", value: .number(JSONNumber(rows?.preferences ?? 0))),
                (key: "contact_tags_deleted", value: .number(JSONNumber(rows?.tags ?? 0))),
                (key: "source_metadata_deleted", value: .number(JSONNumber(rows?.consents ?? 0))),
                (key: "recipient_list_members_deleted", value: .number(JSONNumber(members))),
            ])
        ).text
    }

    /// What is known by now.
    static func answer(_ email: String, _ contactID: ContactID, _ stored: ErasureByContact.Output?) -> ErasedContact {
        var counts = none
        for (key, value) in stored?.counts.objectValue?.members ?? [] { counts[key] = Int(clamping: value.int64Value ?? 0) }
        func number(_ value: JSONValue?) -> Int { Int(clamping: value?.int64Value ?? 0) }
        counts["campaign_recipients_anonymized"] = number(stored?.campaign?["counts"]?["campaign_recipients_anonymized"])
        counts["transactional_messages_anonymized"] = number(stored?.delivery?["messages"])
        counts["email_events_anonymized"] = number(stored?.tracking?["events"])
        counts["cmp_callbacks_anonymized"] = number(stored?.tracking?["callbacks"])
        var pending: [String] = []
        if stored?.campaign == nil { pending.append("campaign") }
        if stored?.delivery == nil { pending.append("delivery") }
        if stored?.tracking == nil { pending.append("tracking") }
        return ErasedContact(email: email, contactID: contactID, counts: counts, pending: pending)
    }
}
