/// What a bounce or a report says about an address (the provider's types; AWS, "Amazon SNS notification contents for Amazon SES").
enum BounceClassification {
    /// Subtypes that blame the message and never the address.
    private static let content: Set<String> = ["messagetoolarge", "contentrejected", "attachmentrejected"]
    /// Reports of a reader or filter that are no complaint about the sender.
    private static let reports: Set<String> = ["not-spam", "virus", "auth-failure"]

    /// - Parameter status: the enhanced status code of RFC 3463, when the event has one.
    static func bounce(type: String, subtype: String, status: String) -> ProviderEvent.Kind {
        switch type.lowercased() {
        case "permanent": .hardBounce
        case "transient" where content.contains(subtype.lowercased()): .contentBounce
        // The provider gave up for now, but the other server's code says that there is no such address or host.
        case "transient" where status == "5.4.4" || status.hasPrefix("5.1."): .hardBounce
        default: .softBounce
        }
    }

    static func complaint(feedbackType: String) -> ProviderEvent.Kind {
        reports.contains(feedbackType.lowercased()) ? .feedback : .complaint
    }
}
