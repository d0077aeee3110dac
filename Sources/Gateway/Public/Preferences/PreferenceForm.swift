import Contracts

/// What a person wants changed, as the preference page's forms say it.
enum PreferenceForm: Equatable {
    case unsubscribe(UnsubscribeScope)
    case resubscribe(UnsubscribeScope)
    /// Tag of a category that the form showed to whether it is wanted.
    case categories([String: Bool])

    /// The hidden field that says that the form showed a category: an empty check box is not sent.
    static let shownPrefix = "shown."
    static let wantedPrefix = "category."

    /// Nil for what none of the forms sends.
    init?(_ form: [String: String]) {
        switch (form["change"], form["scope"].flatMap(UnsubscribeScope.init)) {
        case ("unsubscribe", let scope?): self = .unsubscribe(scope)
        case ("resubscribe", let scope?): self = .resubscribe(scope)
        case ("categories", _):
            let tags = form.keys.filter { $0.hasPrefix(Self.shownPrefix) }.map { String($0.dropFirst(Self.shownPrefix.count)) }
            guard !tags.isEmpty else { return nil }
            self = .categories(Dictionary(uniqueKeysWithValues: tags.map { ($0, form[Self.wantedPrefix + $0] != nil) }))
        default: return nil
        }
    }
}
