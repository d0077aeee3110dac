import Contracts
import JSON

/// What a contact's attributes may be: one JSON object that Postgres can hold.
enum AttributeRules {
    /// The limit of a change, as compact JSON in bytes.
    static let maximumBytes = 64 << 10
    static let maximumDepth = 16
    /// The limit of everything that a contact has after a change that makes it more, as Postgres writes it, in bytes.
    static let maximumTotalBytes = 64 << 10

    /// Why a change of attributes is refused; nil when it is fine.
    static func fault(_ value: JSONValue) -> String? {
        guard case .object = value else { return "must_be_object" }
        guard isStorable(value, depth: maximumDepth) else { return "invalid" }
        return value.text.utf8.count > maximumBytes ? "too_long" : nil
    }

    /// `jsonb` holds no NUL character, and no number far beyond what anybody can mean.
    private static func isStorable(_ value: JSONValue, depth: Int) -> Bool {
        guard depth > 0 else { return false }
        switch value {
        case .null, .bool: return true
        case .number(let number): return (Double(number.text)?.isFinite ?? false) && number.text.utf8.count <= 400
        case .string(let text): return TextRules.isStorable(text)
        case .array(let elements): return elements.allSatisfy { isStorable($0, depth: depth - 1) }
        case .object(let object):
            return object.members.allSatisfy { TextRules.isStorable($0.key) && isStorable($0.value, depth: depth - 1) }
        }
    }
}

/// What any text column can hold.
enum TextRules {
    /// The limit of reasons and other short texts, in bytes.
    static let maximumReasonBytes = 1_000

    static func isStorable(_ text: String) -> Bool { !text.utf8.contains(0) }

    /// Why a reason is refused; nil when it is fine.
    static func fault(_ reason: String) -> String? {
        guard isStorable(reason) else { return "invalid" }
        return reason.utf8.count > maximumReasonBytes ? "too_long" : nil
    }
}
