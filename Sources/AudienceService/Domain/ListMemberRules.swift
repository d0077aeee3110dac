import Contracts
import Email
import JSON

/// One member of a request, checked.
struct ListMemberPatch: Equatable, Sendable {
    var key: String
    /// Normalised.
    var email: String
    /// As it was written, when that differs; empty otherwise.
    var emailOriginal: String
    /// A JSON object; nil leaves the member's.
    var metadata: String?
    var isNamed: Bool
    /// Its place in the request, for faults.
    var index: Int
}

/// What may be said about members.
enum ListMemberRules {
    static let maximumFaults = 100
    /// Members that only lists below name are shown with a key of this form.
    static let cascadePrefix = "cascade-contact:"

    /// The members that count: of those with the same key or address the last one.
    ///
    /// - Throws: the first hundred faults, `<prefix><index>.<field>`.
    static func patches(_ members: [ListMemberChange], prefix: String = "members.") throws(ValidationFailure) -> [ListMemberPatch] {
        guard members.count <= UpsertListMembers.maximumMembers else { throw .field("members", "too_many") }
        var faults: [String: String] = [:]
        var patches: [ListMemberPatch] = []
        patches.reserveCapacity(members.count)
        for (index, member) in members.enumerated() where faults.count < maximumFaults {
            var patch = ListMemberPatch(key: "", email: "", emailOriginal: "", isNamed: member.isActive, index: index)
            for (field, reason) in check(member, &patch) { faults["\(prefix)\(index).\(field)"] = reason }
            patches.append(patch)
        }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        return lastOnes(patches)
    }

    /// Fills a patch; gives the faults by field.
    static func check(_ member: ListMemberChange, _ patch: inout ListMemberPatch) -> [String: String] {
        var faults: [String: String] = [:]
        patch.key = PathKeyRules.trimmed(member.sourceObjectKey)
        if let fault = PathKeyRules.fault(member.sourceObjectKey) ?? (patch.key.hasPrefix(cascadePrefix) ? "invalid" : nil) {
            faults["source_object_key"] = fault
        }
        do throws(EmailAddressError) {
            let address = try EmailAddress(member.email)
            patch.email = address.normalized
            if address.original != address.normalized { patch.emailOriginal = address.original }
        } catch {
            faults["email"] = error == .empty ? "required" : "invalid"
        }
        if let metadata = member.metadata, metadata != "{}" {
            let value = try? JSONValue.parse(metadata)
            faults["metadata"] = value.map(AttributeRules.fault) ?? "must_be_object"
        }
        patch.metadata = member.metadata
        return faults
    }

    /// As if the members were written one after another: one counts unless a later one has its key or its address.
    static func lastOnes(_ patches: [ListMemberPatch]) -> [ListMemberPatch] {
        var keys = Set<String>(minimumCapacity: patches.count)
        var emails = Set<String>(minimumCapacity: patches.count)
        var kept: [ListMemberPatch] = []
        kept.reserveCapacity(patches.count)
        for patch in patches.reversed() {
            let isKeyFree = keys.insert(patch.key).inserted
            let isEmailFree = emails.insert(patch.email).inserted
            if isKeyFree, isEmailFree { kept.append(patch) }
        }
        return kept
    }
}
