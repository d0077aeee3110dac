import Contracts
import Postgres

/// What a condition can ask about.
enum SegmentField: Sendable, Equatable {
    case tag
    /// `attributes.<name>`.
    case attribute(String)
    case clientSubscription, audienceSubscription
    case verified, suppressed, mailable
    case validation
    case email, emailDomain
    case createdAt
    case engagementTime(EngagementTime)
    case engagementCount(EngagementCount)

    enum EngagementTime: String, Sendable, CaseIterable {
        case lastOpenedAt = "last_opened_at"
        case lastHumanOpenedAt = "last_human_opened_at"
        case lastClickedAt = "last_clicked_at"
        case lastHumanClickedAt = "last_human_clicked_at"
    }

    enum EngagementCount: String, Sendable, CaseIterable {
        case openCount = "open_count"
        case humanOpenCount = "human_open_count"
        case clickCount = "click_count"
        case humanClickCount = "human_click_count"
    }

    private static let attributePrefix = "attributes."
    static let maximumNameBytes = 200

    init?(_ name: String) {
        switch name {
        case "tag": self = .tag
        case "subscription.client": self = .clientSubscription
        case "subscription.audience": self = .audienceSubscription
        case "verified": self = .verified
        case "suppressed": self = .suppressed
        case "mailable": self = .mailable
        case "validation": self = .validation
        case "email": self = .email
        case "email_domain": self = .emailDomain
        case "created_at": self = .createdAt
        default:
            if let time = EngagementTime(rawValue: name) {
                self = .engagementTime(time)
            } else if let count = EngagementCount(rawValue: name) {
                self = .engagementCount(count)
            } else {
                guard name.hasPrefix(Self.attributePrefix) else { return nil }
                let attribute = String(name.dropFirst(Self.attributePrefix.count))
                guard (1...Self.maximumNameBytes).contains(attribute.utf8.count), !attribute.utf8.contains(0) else { return nil }
                self = .attribute(attribute)
            }
        }
    }

    /// In the order in which a fault names them.
    var operators: [SegmentOperator] {
        switch self {
        case .tag: [.has, .hasNot]
        case .attribute:
            [.equals, .notEquals, .isIn, .contains, .startsWith, .endsWith, .greaterThan, .atLeast, .lessThan, .atMost, .exists, .notExists]
        case .clientSubscription, .audienceSubscription, .validation, .emailDomain: [.equals, .notEquals, .isIn]
        case .verified, .suppressed, .mailable: [.equals]
        case .email: [.equals, .notEquals, .isIn, .contains, .startsWith, .endsWith]
        case .createdAt: [.before, .after, .withinDays, .notWithinDays]
        case .engagementTime: [.before, .after, .withinDays, .notWithinDays, .exists, .notExists]
        case .engagementCount: [.equals, .notEquals, .greaterThan, .atLeast, .lessThan, .atMost]
        }
    }

    var needsContacts: Bool {
        switch self {
        case .tag, .clientSubscription, .audienceSubscription, .engagementTime, .engagementCount: false
        case .attribute, .verified, .suppressed, .mailable, .validation, .email, .emailDomain, .createdAt: true
        }
    }

    var needsEngagement: Bool {
        switch self {
        case .engagementTime, .engagementCount: true
        default: false
        }
    }
}

/// How a condition compares.
enum SegmentOperator: String, Sendable, CaseIterable {
    case has
    case hasNot = "has_not"
    case equals
    case notEquals = "not_equals"
    case isIn = "in"
    case contains
    case startsWith = "starts_with"
    case endsWith = "ends_with"
    case greaterThan = "greater_than"
    case atLeast = "at_least"
    case lessThan = "less_than"
    case atMost = "at_most"
    case before, after
    case withinDays = "within_days"
    case notWithinDays = "not_within_days"
    case exists
    case notExists = "not_exists"
}
