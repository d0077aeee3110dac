import Contracts
import Email
import Model
import Postgres

extension AudienceHandlers {
    func getPreferences(_ request: GetPreferences) async throws -> ContactPreferences {
        let address = try AddressRules.address(request.email)
        let tags = request.categoryTags.map { CategoryRules.tag($0) }.filter { !$0.isEmpty }
        guard tags.count <= PutPreferences.maximumCategories else { throw ValidationFailure.field("category_tags", "too_many") }
        guard tags.allSatisfy(CategoryRules.isTag) else { throw ValidationFailure.field("category_tags", "invalid") }
        _ = try await KnownScope.find(request.scope, database)
        let contact = try await database.first(ContactStatusByEmail(scope: request.scope, email: address.normalized))
        guard let status = contact?.status, let id = status.contactID else {
            return ContactPreferences(
                email: address.normalized,
                categories: Self.chosen(tags, of: []),
                globalUnsubscribed: false,
                suppressionReasons: []
            )
        }
        let stored = try await database.run(PreferencesOfContact(scope: request.scope, contactID: id))
        return ContactPreferences(status, Self.chosen(tags, of: stored))
    }

    func putPreferences(_ request: PutPreferences) async throws -> ContactPreferences {
        let address = try AddressRules.address(request.email)
        let categories = try CategoryRules.categories(request.categories)
        if let fault = TextRules.fault(request.reason) { throw ValidationFailure.field("reason", fault) }
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(request.scope, connection)
            let writer = ContactWriter(
                known: known,
                merge: ContactMerge(now: now, source: "preferences"),
                importJobID: nil,
                dryRun: false,
                connection: connection
            )
            let outcome = try await writer.apply([ContactPatch(address)], tags: TagIDs(sets: [[]])).first
            if let refusal = outcome?.refusal { throw refusal }
            guard let id = outcome?.contactID.map({ ContactID($0) }),
                try await connection.first(LockContact(organizationID: request.scope.organizationID, contactID: id)) != nil,
                let status = try await connection.first(ContactStatusesByID(scope: request.scope, ids: [id.rawValue]))?.status
            else { throw ContactVanished() }
            let before = ContactPreferences(status, [])
            // Thrown, so that the transaction leaves nothing behind.
            if !before.suppressionReasons.isEmpty, categories.contains(where: \.enabled) {
                throw ValidationFailure.field("categories", "suppressed_contact_cannot_be_enabled")
            }
            try await connection.execute(
                UpsertPreferences(scope: request.scope, contactID: id, categories: categories, reason: request.reason, now: now)
            )
            let stored = try await connection.run(PreferencesOfContact(scope: request.scope, contactID: id))
            return ContactPreferences(status, Self.chosen(categories.map(\.tag), of: stored))
        }
    }

    /// The stored choices about `tags`, or all of them; a category that nobody chose about is wanted.
    static func chosen(_ tags: [String], of stored: [CategoryPreference]) -> [CategoryPreference] {
        let byTag = Dictionary(stored.map { ($0.tag, $0) }) { first, _ in first }
        return (tags.isEmpty ? stored.map(\.tag) : tags).map { tag in
            let label = byTag[tag]?.label ?? ""
            return CategoryPreference(
                tag: tag,
                label: label.isEmpty ? CategoryRules.label(of: tag) : label,
                enabled: byTag[tag]?.enabled ?? true
            )
        }
    }
}

extension ContactPreferences {
    /// Of a stored contact.
    init(_ status: ContactStatus, _ categories: [CategoryPreference]) {
        var reasons: [String] = []
        if status.globalUnsubscribed { reasons.append("global_unsubscribed") }
        if status.hardBounced { reasons.append("hard_bounce") }
        if status.complained { reasons.append("complaint") }
        self.init(
            email: status.email,
            categories: categories,
            globalUnsubscribed: status.globalUnsubscribed,
            suppressionReasons: reasons
        )
    }
}
