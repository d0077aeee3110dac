import Contracts
import Model

extension ImportRowReader {
    /// Reads one non-empty cell with a fixed meaning; returns the field and reason when it cannot mean that.
    mutating func read(_ cell: String, _ role: ImportColumns.Role, into patch: inout ContactPatch) -> (String, String)? {
        switch role {
        case .status:
            guard let status = SubscriptionStatus(rawValue: cell.lowercased()) else { return ("status", "invalid") }
            // An explicit `unsubscribed` column is the stronger word.
            if patch.status != .unsubscribed { patch.status = status }
        case .unsubscribed:
            guard let value = Self.boolean(cell) else { return ("unsubscribed", "invalid") }
            if value { patch.status = .unsubscribed }
        case .verified: return set(&patch.verified, cell, "verified")
        case .globalUnsubscribed: return set(&patch.globalUnsubscribed, cell, "global_unsubscribed")
        case .hardBounced: return set(&patch.hardBounced, cell, "hard_bounced")
        case .complained: return set(&patch.complained, cell, "complained")
        case .verifiedAt: return set(&patch.verifiedAt, cell, "verified_at")
        case .validatedAt: return set(&patch.validatedAt, cell, "email_validated_at")
        case .unsubscribedAt: return set(&patch.unsubscribedAt, cell, "unsubscribed_at")
        case .validationStatus:
            guard let status = EmailValidationStatus(rawValue: cell.lowercased()) else { return ("email_validation_status", "invalid") }
            patch.validationStatus = status
        case .validationReason:
            patch.validationReason = cell
            return TextRules.fault(cell).map { ("email_validation_reason", $0) }
        case .unsubscribeReason:
            patch.unsubscribeReason = cell
            return TextRules.fault(cell).map { ("unsubscribe_reason", $0) }
        case .tags:
            guard let index = tagSet(ofCell: cell) else { return ("tags", "invalid") }
            patch.tagSet = index
        case .email, .attributes, .attribute, .ignored:
            break
        }
        return nil
    }

    private func set(_ value: inout Bool?, _ cell: String, _ field: String) -> (String, String)? {
        value = Self.boolean(cell)
        return value == nil ? (field, "invalid") : nil
    }

    private func set(_ value: inout Timestamp?, _ cell: String, _ field: String) -> (String, String)? {
        value = Timestamp(iso8601: cell)
        return value == nil ? (field, "invalid") : nil
    }

    /// true, yes, 1, false, no or 0, in any case.
    static func boolean(_ cell: String) -> Bool? {
        switch cell {
        case "true", "1": return true
        case "false", "0": return false
        default: break
        }
        switch cell.lowercased() {
        case "true", "yes": return true
        case "false", "no": return false
        default: return nil
        }
    }
}
