import Contracts
import Email
import JSON

/// What an upsert may say.
enum UpsertRules {
    /// The change, normalised.
    ///
    /// - Throws: every fault together.
    static func patch(_ change: ContactChange, tagSets: inout TagSets) throws(ValidationFailure) -> ContactPatch {
        var faults: [String: String] = [:]
        var details: [String: String] = [:]
        var patch = ContactPatch(email: "")
        do throws(EmailAddressError) {
            let address = try EmailAddress(change.email)
            patch.email = address.normalized
            if address.original != address.normalized { patch.emailOriginal = address.original }
        } catch {
            faults["email"] = error.fieldCode
            details["email"] = "\(error)"
        }
        if let names = change.tags, let index = tagSet(names, &tagSets, &faults) { patch.tagSet = index }
        if let attributes = change.attributes, attributes != .null {
            faults["attributes"] = AttributeRules.fault(attributes)
            patch.attributes = attributes == .object(JSONObject()) ? "" : attributes.text
        }
        if let reason = change.validationReason { faults["email_validation.reason"] = TextRules.fault(reason) }
        if change.resubscribe == true {
            let reason = change.resubscribeReason ?? ""
            faults["resubscribe_reason"] = reason.allSatisfy(\.isWhitespace) ? "required" : TextRules.fault(reason)
            patch.resubscribeReason = reason
        }
        guard faults.isEmpty else { throw ValidationFailure(faults, details: details.isEmpty ? nil : details) }
        patch.status = change.status
        patch.verified = change.verified
        patch.validationStatus = change.validationStatus
        patch.validationReason = change.validationReason
        patch.globalUnsubscribed = change.globalUnsubscribed
        patch.hardBounced = change.hardBounced
        patch.complained = change.complained
        return patch
    }

    private static func tagSet(_ names: [String], _ tagSets: inout TagSets, _ faults: inout [String: String]) -> Int? {
        if names.count > TagSets.maximumTags {
            faults["tags"] = "too_many"
            return nil
        }
        var slugs: [String] = []
        for (index, name) in names.enumerated() {
            if let slug = TagSlug.make(name) { slugs.append(slug) } else { faults["tags.\(index)"] = "invalid" }
        }
        return tagSets.index(of: slugs)
    }
}
