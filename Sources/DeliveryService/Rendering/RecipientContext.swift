import JSON
import Templating

/// What a campaign's content may say about its recipient: `contact`, `member`, `campaign` and the links.
struct RecipientContext: TemplateContext {
    let contact: JSONValue
    let member: JSONValue?
    let campaign: JSONValue
    let unsubscribeURL: String
    let preferencesURL: String
    let viewURL: @Sendable () -> String

    /// `mergeFields` is the snapshot's JSON text, `{"attributes": {…}, "member": {…}}`; what is no JSON counts as empty.
    init(
        contactID: Int64,
        email: String,
        mergeFields: String,
        campaign: JSONValue,
        unsubscribeURL: String,
        preferencesURL: String,
        viewURL: @escaping @Sendable () -> String
    ) {
        let fields = mergeFields == "{}" ? nil : try? JSONValue.parse(mergeFields)
        contact = .object(
            JSONObject([
                (key: "id", value: .number(JSONNumber(contactID))),
                (key: "email", value: .string(email)),
                (key: "attributes", value: fields?["attributes"] ?? .object(JSONObject())),
            ])
        )
        member = fields?["member"]
        self.campaign = campaign
        self.unsubscribeURL = unsubscribeURL
        self.preferencesURL = preferencesURL
        self.viewURL = viewURL
    }

    func templateValue(root: String) -> JSONValue? {
        switch root {
        case "contact": contact
        case "member": member
        case "campaign": campaign
        case "unsubscribe_url": .string(unsubscribeURL)
        case "preferences_url": .string(preferencesURL)
        // Signed only where it is used.
        case "view_url": .string(viewURL())
        default: nil
        }
    }
}
