import Contracts
import Model
import Postgres

/// The writes of a batch as columns, so that thousands of rows are a handful of statements.
struct ContactChanges {
    let merge: ContactMerge
    private var contacts: UpdateContacts
    private var touched: [Int64] = []
    private var newMemberships: [(id: Int64, tagIDs: String)] = []
    private var changedTags: [(id: Int64, tagIDs: String)] = []
    private var newSubscriptions = SubscriptionRows()
    private var changedSubscriptions = SubscriptionRows()

    init(merge: ContactMerge) {
        self.merge = merge
        contacts = UpdateContacts(now: merge.now)
    }

    /// What an existing contact needs.
    mutating func add(_ found: LookUpContacts.Output, _ patch: ContactPatch, _ tags: TagIDs) {
        let id = found.id.rawValue
        let merged = merge.merged(patch, tagIDs: tags.sets[patch.tagSet], into: found.state)
        if merged.contact != found.state.contact || found.state.attributesChange {
            contacts.append(id, merged.contact, attributes: patch.storedAttributes)
        } else {
            touched.append(id)
        }
        if merged.tagIDs != found.state.tagIDs {
            let row = (id: id, tagIDs: TagIDs.literal(merged.tagIDs ?? []))
            if found.state.tagIDs == nil { newMemberships.append(row) } else { changedTags.append(row) }
        }
        guard let subscription = merged.subscription, subscription != found.state.subscription else { return }
        if found.state.subscription == nil {
            newSubscriptions.append(id, subscription)
        } else {
            changedSubscriptions.append(id, subscription)
        }
    }

    /// What a contact needs that was added a moment ago, with its attributes.
    mutating func addNew(_ id: Int64, _ patch: ContactPatch, _ tags: TagIDs) {
        let merged = merge.merged(patch, tagIDs: tags.sets[patch.tagSet], into: ContactState())
        if merged.contact != ContactFields() { contacts.append(id, merged.contact, attributes: RawJSONText("{}")) }
        newMemberships.append((id: id, tagIDs: tags.literals[patch.tagSet]))
        if let subscription = merged.subscription { newSubscriptions.append(id, subscription) }
    }

    /// In the order in which they must run.
    func statements(_ scope: AudienceScope) -> [any Statement] {
        var statements: [any Statement] = []
        if !contacts.ids.isEmpty { statements.append(contacts) }
        if !touched.isEmpty { statements.append(TouchContacts(now: merge.now, ids: touched)) }
        if !newMemberships.isEmpty {
            statements.append(
                InsertMemberships(
                    audienceID: scope.audienceID,
                    contactIDs: newMemberships.map(\.id),
                    tagIDs: newMemberships.map(\.tagIDs)
                )
            )
        }
        if !changedTags.isEmpty {
            statements.append(
                UpdateMembershipTags(audienceID: scope.audienceID, contactIDs: changedTags.map(\.id), tagIDs: changedTags.map(\.tagIDs))
            )
        }
        if !newSubscriptions.isEmpty {
            statements.append(InsertSubscriptions(audienceID: scope.audienceID, clientID: scope.clientID, rows: newSubscriptions))
        }
        if !changedSubscriptions.isEmpty {
            statements.append(UpdateSubscriptions(audienceID: scope.audienceID, clientID: scope.clientID, rows: changedSubscriptions))
        }
        return statements
    }
}
