import Contracts
import JSON
import Model
import Templating

/// A recipient of whom nothing is known, for rendering content before anybody is mailed.
struct TrialContext: TemplateContext {
    var campaign: JSONValue = .object(JSONObject())

    func templateValue(root: String) -> JSONValue? {
        switch root {
        case "contact":
            .object(JSONObject([(key: "id", value: 1), (key: "email", value: "someone@example.com"), (key: "attributes", value: [:])]))
        case "member": [:]
        case "campaign": campaign
        case "unsubscribe_url", "preferences_url", "view_url": .string("https://example.com/" + root)
        default: nil
        }
    }

    /// Whether the fault is the content's own: a limit that it passes without anybody's data, or any fault of content that uses none.
    func isCertain(_ error: TemplateError, _ template: Template) -> Bool {
        switch error.kind {
        case .outputTooLarge, .tooManyIterations, .outOfTime, .outOfMemory, .nestingTooDeep: true
        default: template.referencedRoots.isDisjoint(with: ["contact", "member"])
        }
    }
}

extension TrialContext {
    init(_ campaign: Campaign) {
        self.init(
            campaign: .object(
                JSONObject([
                    (key: "id", value: .number(JSONNumber(campaign.id.rawValue))),
                    (key: "external_key", value: .string(campaign.externalKey)),
                    (key: "subject", value: .string(campaign.subject)),
                    (key: "preview_text", value: .string(campaign.previewText)),
                    (key: "metadata", value: campaign.metadata),
                ])
            )
        )
    }
}
