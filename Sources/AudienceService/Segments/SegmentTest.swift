import Contracts
import JSON
import Model
import Postgres

/// One condition's comparison as SQL: checks the value and binds it.
struct SegmentTest: Sendable {
    struct Reason: Error, Sendable {
        var text: String
        init(_ text: String) { self.text = text }
    }

    static let maximumTextBytes = 1_000

    let audienceID: AudienceID
    let now: Timestamp
    let test: SegmentOperator
    let value: JSONValue?

    func sql(_ field: SegmentField) -> Result<SQL, Reason> {
        Result { () throws(Reason) in try condition(field) }
    }

    private func condition(_ field: SegmentField) throws(Reason) -> SQL {
        switch field {
        case .tag: try tag()
        case .attribute(let name): try attribute(name)
        case .clientSubscription: try choice("coalesce(subscriptions.status, 'none')", ["none"] + SubscriptionStatus.allCases.map(\.rawValue))
        case .audienceSubscription: try choice("coalesce(memberships.status, 'none')", ["none"] + SubscriptionStatus.allCases.map(\.rawValue))
        case .verified:
            try flag("(contacts.verified_at IS NOT NULL OR memberships.verified_at IS NOT NULL OR subscriptions.verified_at IS NOT NULL)")
        case .suppressed:
            try flag(
                """
                (contacts.hard_bounced_at IS NOT NULL OR contacts.complained_at IS NOT NULL OR contacts.global_unsubscribed_at IS NOT NULL)
                """
            )
        case .mailable: try flag("(audience.marketing_refusal(contacts, memberships, subscriptions, false) IS NULL)")
        case .validation: try choice("contacts.validation_status", EmailValidationStatus.allCases.map(\.rawValue))
        case .email: try SegmentTextTest(test, value).sql("contacts.email::text")
        case .emailDomain: try SegmentTextTest(test, value).sql("substring(contacts.email::text FROM '[^@]*$')")
        case .createdAt: try moment("contacts.created_at")
        case .engagementTime(let time): try moment(Self.column(time))
        case .engagementCount(let count): try number(Self.column(count))
        }
    }

    private func tag() throws(Reason) -> SQL {
        guard let name = value?.stringValue else { throw Reason(value == nil ? "required" : "must_be_string") }
        guard let slug = TagSlug.make(name) else { throw Reason("invalid") }
        let has: SQL = """
            memberships.tag_ids && ARRAY(SELECT tags.id FROM audience.tags WHERE tags.audience_id = \(audienceID) AND tags.slug = \(slug)::text)
            """
        return test == .has ? has : "NOT coalesce(\(fragment: has), false)"
    }

    private func attribute(_ name: String) throws(Reason) -> SQL {
        let text: SQL = "(contacts.attributes ->> \(name)::text)"
        switch test {
        case .exists: return "jsonb_exists(contacts.attributes, \(name)::text)"
        case .notExists: return "NOT jsonb_exists(contacts.attributes, \(name)::text)"
        case .greaterThan, .atLeast, .lessThan, .atMost: return try number(Self.numeric(text))
        case .equals, .notEquals:
            // A number is the same whether an import wrote it as text or a client as a number.
            if case .number? = value { return try number(Self.numeric(text)) }
            return try SegmentTextTest(test, value).sql(text)
        default: return try SegmentTextTest(test, value).sql(text)
        }
    }

    /// NULL for text that is no number.
    private static func numeric(_ text: SQL) -> SQL {
        """
        CASE WHEN \(fragment: text) ~ '^-?[0-9]{1,30}(\\.[0-9]{1,30})?$' THEN \(fragment: text)::double precision END
        """
    }

    func number(_ expression: SQL) throws(Reason) -> SQL {
        guard case .number(let given)? = value else { throw Reason(value == nil ? "required" : "must_be_number") }
        guard let number = Double(given.text), number.isFinite else { throw Reason("must_be_number") }
        return switch test {
        case .notEquals: "(\(fragment: expression)) IS DISTINCT FROM \(number)"
        case .greaterThan: "(\(fragment: expression)) > \(number)"
        case .atLeast: "(\(fragment: expression)) >= \(number)"
        case .lessThan: "(\(fragment: expression)) < \(number)"
        case .atMost: "(\(fragment: expression)) <= \(number)"
        default: "(\(fragment: expression)) = \(number)"
        }
    }

    private func moment(_ expression: SQL) throws(Reason) -> SQL {
        switch test {
        case .exists: return "\(fragment: expression) IS NOT NULL"
        case .notExists: return "\(fragment: expression) IS NULL"
        case .withinDays: return "\(fragment: expression) >= \(try daysAgo())"
        // Never is not within any number of days.
        case .notWithinDays: return "(\(fragment: expression) IS NULL OR \(fragment: expression) < \(try daysAgo()))"
        default:
            guard let text = value?.stringValue else { throw Reason(value == nil ? "required" : "must_be_string") }
            guard let moment = Timestamp(iso8601: text) else { throw Reason("invalid") }
            return test == .before ? "\(fragment: expression) < \(moment)" : "\(fragment: expression) > \(moment)"
        }
    }

    private func daysAgo() throws(Reason) -> Timestamp {
        guard let value else { throw Reason("required") }
        guard let days = value.int64Value, (1...36_500).contains(days) else { throw Reason("must_be_between_1_and_36500") }
        return now.adding(.seconds(-86_400 * days))
    }

    private func flag(_ expression: SQL) throws(Reason) -> SQL {
        guard let flag = value?.boolValue else { throw Reason(value == nil ? "required" : "must_be_boolean") }
        return "\(fragment: expression) = \(flag)"
    }

    private func choice(_ expression: SQL, _ choices: [String]) throws(Reason) -> SQL {
        let given = test == .isIn ? value?.arrayValue ?? [] : value.map { [$0] } ?? []
        guard given.allSatisfy({ item in item.stringValue.map { choices.contains($0) } ?? false }) else { throw Reason("invalid") }
        return try SegmentTextTest(test, value).sql(expression)
    }

    private static func column(_ time: SegmentField.EngagementTime) -> SQL {
        switch time {
        case .lastOpenedAt: "engagement.last_opened_at"
        case .lastHumanOpenedAt: "engagement.last_human_opened_at"
        case .lastClickedAt: "engagement.last_clicked_at"
        case .lastHumanClickedAt: "engagement.last_human_clicked_at"
        }
    }

    private static func column(_ count: SegmentField.EngagementCount) -> SQL {
        switch count {
        case .openCount: "coalesce(engagement.open_count, 0)"
        case .humanOpenCount: "coalesce(engagement.human_open_count, 0)"
        case .clickCount: "coalesce(engagement.click_count, 0)"
        case .humanClickCount: "coalesce(engagement.human_click_count, 0)"
        }
    }
}
