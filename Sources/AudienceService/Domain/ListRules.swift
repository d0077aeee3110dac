import Contracts
import JSON

/// What may be said about a list.
enum ListRules {
    static let maximumNameLength = 255

    /// - Throws: every fault together.
    static func check(_ change: ListChange) throws(ValidationFailure) -> ListChange {
        var faults: [String: String] = [:]
        var checked = change
        if let name = change.name {
            checked.name = PathKeyRules.trimmed(name)
            if checked.name == "" { faults["name"] = "required" }
            if name.unicodeScalars.count > maximumNameLength { faults["name"] = "too_long" }
            if !TextRules.isStorable(name) { faults["name"] = "invalid" }
        }
        if change.metadata == .null { checked.metadata = nil }
        if let metadata = checked.metadata { faults["metadata"] = AttributeRules.fault(metadata) }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return checked
    }
}
