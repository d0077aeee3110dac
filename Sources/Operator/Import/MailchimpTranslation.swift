import CSV
import Model

/// A member export of Mailchimp: one file for each kind of member, with merge fields, tags and the times of consent.
///
/// Only members of the file of subscribers are subscribed. Those who unsubscribed are unsubscribed, cleaned addresses are hard bounces, and
/// what is already stored about a contact keeps its opt-out (invariant I6).
struct MailchimpTranslation: RowTranslation {
    enum Kind: String, CaseIterable {
        case cleaned, unsubscribed, nonsubscribed, subscribed
    }

    static let required = ["email_address"]

    /// What Mailchimp adds to the member's own fields and nobody needs elsewhere.
    private static let dropped: Set<String> = [
        "member_rating", "latitude", "longitude", "gmtoff", "dstoff", "timezone", "cc", "region", "last_changed", "leid", "euid",
        "unsub_time", "unsub_campaign_title", "unsub_campaign_id", "unsub_reason", "unsub_reason_other", "clean_time",
        "clean_campaign_title", "clean_campaign_id", "email_address", "tags",
    ]
    /// Evidence of consent.
    private static let evidence: Set<String> = ["optin_time", "optin_ip", "confirm_time", "confirm_ip"]

    let columns: [String]
    private let kind: Kind
    private let header: CSVHeader
    private let attributes: [Int]

    /// The kind that the name of a file tells: Mailchimp begins it so.
    static func kind(ofFile name: String) -> Kind? {
        let base = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        guard base.hasSuffix(".csv") else { return nil }
        return Kind.allCases.first { base.hasPrefix($0.rawValue + "_") || base == $0.rawValue + ".csv" }
    }

    /// - Throws: when neither the file's name nor its columns say what kind of members it has: nobody is subscribed by a guess.
    init(header: CSVHeader, fileName: String) throws {
        if let kind = Self.kind(ofFile: fileName) {
            self.kind = kind
        } else if header.index(of: "clean_time") != nil {
            kind = .cleaned
        } else if header.index(of: "unsub_time") != nil {
            kind = .unsubscribed
        } else {
            throw CommandFailure(
                "\(fileName): the name must begin with subscribed_, unsubscribed_, cleaned_ or nonsubscribed_, as Mailchimp writes it"
            )
        }
        self.header = header
        attributes = header.names.indices.filter { !Self.dropped.contains(header.names[$0]) }
        columns =
            ["email", "status", "verified", "verified_at", "tags", "unsubscribed_at", "unsubscribe_reason", "hard_bounced"]
            + attributes.map { ForeignColumns.attribute(header.names[$0], prefix: "mailchimp_", always: Self.evidence) }
    }

    func translate(_ row: CSVRow) -> [String] {
        let isSubscribed = kind == .subscribed
        let isUnsubscribed = kind == .unsubscribed
        let confirmed = time(row, "confirm_time")
        return [
            cell(row, "email_address"),
            isSubscribed ? "subscribed" : isUnsubscribed ? "unsubscribed" : "",
            isSubscribed ? "true" : "",
            isSubscribed ? (confirmed.isEmpty ? time(row, "optin_time") : confirmed) : "",
            Self.tags(cell(row, "tags")).joined(separator: ";"),
            isUnsubscribed ? time(row, "unsub_time") : "",
            isUnsubscribed ? String(reason(row).prefix(250)) : "",
            kind == .cleaned ? "true" : "",
        ] + attributes.map(row.string)
    }

    private func reason(_ row: CSVRow) -> String {
        let words = [cell(row, "unsub_reason"), cell(row, "unsub_reason_other")].filter { !$0.isEmpty }
        return (["Mailchimp"] + words).joined(separator: ": ")
    }

    private func cell(_ row: CSVRow, _ name: String) -> String {
        guard let index = header.index(of: name), index < row.count else { return "" }
        return row.string(index)
    }

    private func time(_ row: CSVRow, _ name: String) -> String { ForeignColumns.time(cell(row, name)) }

    /// Names between commas, each perhaps in quotes: `"VIP","early, bird"`.
    ///
    /// A `;` would cut a tag in our own column; it is no part of a slug either way.
    static func tags(_ cell: String) -> [String] {
        var tags: [String] = []
        var tag = ""
        var isQuoted = false
        for character in cell {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                tags.append(tag)
                tag = ""
            case ";": tag.append(" ")
            default: tag.append(character)
            }
        }
        return (tags + [tag]).filter { !$0.allSatisfy(\.isWhitespace) }
    }
}

/// What the columns of other programs have in common.
enum ForeignColumns {
    /// Columns of ours that mean something: a foreign one of that name is only an attribute.
    private static let reserved: Set<String> = [
        "email", "status", "subscription_status", "verified", "verified_at", "tags", "attributes", "email_validation_status",
        "email_validation_reason", "email_validated_at", "global_unsubscribed", "hard_bounced", "complained", "unsubscribed",
        "unsubscribed_at", "unsubscribe_reason", "updated_at", "audience", "client",
    ]

    /// The attribute's name for a foreign column.
    static func attribute(_ name: String, prefix: String, always: Set<String> = []) -> String {
        reserved.contains(name) || always.contains(name) ? prefix + name : name
    }

    /// `2024-01-31 12:00:00`, UTC, as ISO 8601; empty for what is no time.
    static func time(_ text: String) -> String {
        for form in [text, text.replacing(" ", with: "T") + "Z", text.replacing(" ", with: "T")] where Timestamp(iso8601: form) != nil {
            return form
        }
        return ""
    }
}
