import Contracts
import JSON

/// What the bodies about campaigns look like.
enum CampaignShapes {
    static let scope = ObjectShape("Scope", ObjectShape.scope)

    static let put = ObjectShape(
        "CampaignPut",
        ObjectShape.scope + [
            Field("subject", .string, "Liquid.", example: "Hello {{ contact.attributes.first_name | default: \"there\" }}"),
            Field("preview_text", .string, "What mail programs show beside the subject."),
            Field("html_body", .string, "Liquid; this or `text_body` is required.", example: "<p>Hello</p>"),
            Field("text_body", .string, "Made from the HTML when it is absent."),
            Field("from_email", .string, "Id of a sender, or one of the senders' addresses; default: the client's default sender."),
            Field("category_tag", .string, "Contacts who disabled this category are skipped."),
            Field("recipient_list_key", .string, "Only members of this list."),
            Field("segment_key", .string, "Only contacts of this segment."),
            Field("include_tags", .list(of: .string(maximum: 200), count: 0...100), "All of them.", example: ["newsletter"]),
            Field("exclude_tags", .list(of: .string(maximum: 200), count: 0...100), "None of them."),
            Field("metadata", .storedObject, "The client's own."),
            Field("track_opens", .boolean),
            Field("track_clicks", .boolean),
            Field("strict_variables", .boolean, "Makes an undefined variable an error."),
            Field("scheduled_at", .nullable(.timestamp), "When to send; null clears it."),
        ]
    )

    static let testSend = ObjectShape(
        "CampaignTestSend",
        ObjectShape.scope + [Field("emails", .any, "At most 25 addresses.", example: ["me@example.org"])]
    )
}
