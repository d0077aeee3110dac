import Contracts

/// The words of the preference page that somebody consents by, or that say what is so.
struct PreferenceWording {
    let preferences: SubscriberPreferences

    private var client: String { preferences.clientName }

    /// The button that ends an opt-out, and the words of the consent.
    func resubscribe(_ scope: UnsubscribeScope) -> String {
        switch scope {
        case .client: "Send me mail from \(client)"
        case .audience: "Let mail to the readers of \(preferences.audienceName) reach me again"
        case .global: "Let mail from \(preferences.organizationName) reach me again"
        }
    }

    func unsubscribe(_ scope: UnsubscribeScope) -> String {
        switch scope {
        case .client: "Unsubscribe from \(client)"
        case .audience: "Stop all mail to the readers of \(preferences.audienceName)"
        case .global: "Stop all mail from \(preferences.organizationName)"
        }
    }

    func title(_ scope: UnsubscribeScope) -> String {
        switch scope {
        case .client: "Mail from \(client)"
        case .audience: "All mail to the readers of \(preferences.audienceName), whoever sends it"
        case .global: "Everything from \(preferences.organizationName)"
        }
    }

    /// Whether mail comes at present, and why not.
    var summary: String {
        switch preferences.marketingRefusal {
        case nil: "You get mail from \(client)."
        case .hardBounce: "You get no mail, because an earlier message could not be delivered. Only the sender can change that."
        case .complaint: "You get no mail, because a message was reported as unwanted. Only the sender can change that."
        case .globalUnsubscribe: "You get no mail, because you stopped all of it."
        case .audienceUnsubscribe: "You get no mail from \(client), because you stopped all mail to the readers of \(preferences.audienceName)."
        case .clientUnsubscribe: "You get no mail from \(client), because you unsubscribed."
        case .invalidEmail, .unverified, .suppressed, .categoryDisabled, .duplicate, .campaignCancelled:
            "You get no mail from \(client) at present."
        }
    }

    func isSubscribed(_ scope: UnsubscribeScope) -> Bool {
        switch scope {
        case .client: preferences.clientStatus == .subscribed
        case .audience: preferences.audienceStatus != .unsubscribed
        case .global: !preferences.globalUnsubscribed
        }
    }

    func state(_ scope: UnsubscribeScope) -> String {
        switch (scope, isSubscribed(scope)) {
        case (.client, true): "You are subscribed."
        case (.client, false): "You are not subscribed."
        case (_, true): "It may reach you."
        case (_, false): "You have stopped it."
        }
    }
}
