import Contracts
import Email

/// What is wrong with a row: a code for each field, and the same in words.
struct RowReasons: Sendable {
    private(set) var errors: [String: String] = [:]
    private(set) var details: [String: String] = [:]

    var isEmpty: Bool { errors.isEmpty }

    /// - Parameter detail: in words; nil takes those that the field and code have.
    mutating func add(_ field: String, _ code: String, _ detail: String? = nil) {
        errors[field] = code
        details[field] = detail ?? Self.detail(field, code)
    }

    /// What a code of a field means; nil when the code says it all.
    static func detail(_ field: String, _ code: String) -> String? {
        switch (field, code) {
        case ("email", "erased"): "the person was erased and is not stored again"
        case ("status", "invalid"): "neither pending nor subscribed nor unsubscribed"
        case ("email_validation_status", "invalid"):
            "none of " + EmailValidationStatus.allCases.map(\.rawValue).joined(separator: ", ")
        case ("tags", "invalid"): "a tag without a letter or digit, or more than \(TagSets.maximumTags) tags"
        case ("attributes", "invalid_json"): "the cell is no JSON"
        case ("attributes", "must_be_object"): "the cell is JSON, but no object"
        case ("attributes", "too_long"): "more than \(AttributeRules.maximumBytes) bytes, by itself or with what is stored"
        case ("attributes", "invalid"): "nested too deeply, or with a NUL character or a number that nothing can hold"
        case ("verified_at", "invalid"), ("email_validated_at", "invalid"), ("unsubscribed_at", "invalid"): "not an ISO 8601 time with a zone"
        case ("verified", "invalid"), ("unsubscribed", "invalid"), ("global_unsubscribed", "invalid"), ("hard_bounced", "invalid"),
            ("complained", "invalid"):
            "none of true, yes, 1, false, no and 0"
        case (_, "too_long"): "more than \(TextRules.maximumReasonBytes) bytes"
        default: nil
        }
    }
}

extension EmailAddressError {
    /// The recorded code of a field `email`; the words say which of the reasons it is.
    var fieldCode: String { self == .empty ? "required" : "invalid" }
}
