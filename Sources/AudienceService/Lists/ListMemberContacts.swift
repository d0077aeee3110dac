import Contracts
import Model
import Postgres

/// The contacts of members, made when they are missing: only that they exist is said, so nothing that is stored about them changes (I6).
struct ListMemberContacts {
    let writer: ContactWriter

    init(known: KnownScope, key: ListKey, now: Timestamp, dryRun: Bool, connection: PostgresConnection) {
        writer = ContactWriter(
            known: known,
            merge: ContactMerge(now: now, source: "list:\(key.text)"),
            importJobID: nil,
            dryRun: dryRun,
            connection: connection
        )
    }

    /// The members with the ids of their contacts.
    ///
    /// - Returns: those of people who were erased apart; a dry run gives no ids of contacts that it would make.
    func resolve(_ members: [ListMemberPatch]) async throws -> (members: [ResolvedListMember], erased: [ListMemberPatch]) {
        let sorted = members.sorted { $0.email < $1.email }
        let noTags = TagIDs(sets: [[]])
        var resolved: [ResolvedListMember] = []
        var erased: [ListMemberPatch] = []
        resolved.reserveCapacity(members.count)
        for start in stride(from: 0, to: sorted.count, by: AudienceHandlers.importBatch) {
            let batch = sorted[start..<min(start + AudienceHandlers.importBatch, sorted.count)]
            for (patch, outcome) in zip(batch, try await writer.apply(batch.map(\.contact), tags: noTags)) {
                var isNew = false
                switch outcome.action {
                case .erased:
                    erased.append(patch)
                    continue
                case .created: isNew = true
                case .updated, .unchanged, .duplicate, .attributesTooLong: break
                }
                if let id = outcome.contactID { resolved.append(ResolvedListMember(contactID: id, patch: patch, isNew: isNew)) }
            }
        }
        return (resolved, erased)
    }
}

/// A member of a request and its contact.
struct ResolvedListMember: Sendable {
    var contactID: Int64
    var patch: ListMemberPatch
    /// Whether this transaction has made the contact: no list can have it yet.
    var isNew: Bool
}

extension ListMemberPatch {
    /// What it says about the contact.
    fileprivate var contact: ContactPatch {
        var contact = ContactPatch(email: email)
        contact.emailOriginal = emailOriginal
        contact.isSubscribing = false
        return contact
    }
}
