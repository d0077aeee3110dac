import Contracts
import Model
import Postgres

/// Applies changes to contacts of one audience and client: the one way in which upserts and imports write.
///
/// Everything about a contact changes under the lock of its row. New addresses are added in the order of their bytes and only then are
/// existing ones locked, in the same order, so that two writers never wait for each other in a circle.
struct ContactWriter {
    let known: KnownScope
    let merge: ContactMerge
    /// nil outside imports.
    let importJobID: ImportJobID?
    /// Whether nothing is to be written, only said.
    let dryRun: Bool
    let connection: PostgresConnection
    /// Whether many new contacts may be copied in; not when that failed before because somebody else added one of them.
    var copies = true

    enum Action: Sendable { case created, updated, unchanged, duplicate(keptItem: Int), erased, attributesTooLong }

    struct Outcome: Sendable {
        var action: Action
        /// nil for contacts that a dry run would create.
        var contactID: Int64?

        /// Why nothing was written, by the API's names; nil when it was.
        var refusal: ValidationFailure? {
            switch action {
            case .erased: .field("email", "erased")
            case .attributesTooLong: .field("attributes", "too_long")
            case .created, .updated, .unchanged, .duplicate: nil
            }
        }
    }

    var scope: AudienceScope { known.scope }

    /// Applies `patches`, which are sorted by address, each address once.
    ///
    /// Runs inside a transaction that began with ``PlanByKeys``.
    ///
    /// - Returns: what became of each, in their order.
    /// - Throws: ``ContactVanished`` when the transaction must start again.
    func apply(_ patches: [ContactPatch], tags: TagIDs) async throws -> [Outcome] {
        var outcomes = [Outcome?](repeating: nil, count: patches.count)
        var existing: [Int] = []
        for found in try await lookUp(try await present(patches), of: patches) {
            outcomes[found.index] = outcome(of: found, patches[found.index], tags)
            if case .updated? = outcomes[found.index]?.action { existing.append(found.index) }
        }
        var new = patches.indices.filter { outcomes[$0] == nil }
        for index in try await erased(patches, new) { outcomes[index] = Outcome(action: .erased) }
        new.removeAll { outcomes[$0] != nil }
        if dryRun {
            for (index, keptItem) in try await seen(new, of: patches) { outcomes[index] = Outcome(action: .duplicate(keptItem: keptItem)) }
            return outcomes.map { $0 ?? Outcome(action: .created) }
        }
        for (index, id) in try await add(new, of: patches, tags) { outcomes[index] = Outcome(action: .created, contactID: id) }
        existing += new.filter { outcomes[$0] == nil }
        for (index, outcome) in try await change(existing, of: patches, tags) { outcomes[index] = outcome }
        return try outcomes.map { outcome in
            guard let outcome else { throw ContactVanished() }
            return outcome
        }
    }

    /// The patches whose address may have a contact; few are not worth a statement of its own.
    private func present(_ patches: [ContactPatch]) async throws -> [Int] {
        guard patches.count >= NewContactCopy.minimumCount else { return Array(patches.indices) }
        return try await connection.run(FindContacts(organizationID: scope.organizationID, emails: patches.map(\.email)))
    }

    /// What is stored for some of the patches; the answer's indexes are those of `patches`.
    private func lookUp(_ indexes: [Int], of patches: [ContactPatch]) async throws -> [LookUpContacts.Output] {
        guard !indexes.isEmpty else { return [] }
        let found = try await connection.run(
            LookUpContacts(
                scope: scope,
                importJobID: importJobID ?? ImportJobID(0),
                emails: indexes.map { patches[$0].email },
                attributes: indexes.map { patches[$0].storedAttributes }
            )
        )
        return found.map { output in
            var output = output
            output.index = indexes[output.index]
            return output
        }
    }

    /// Which of the patches earlier pages of a dry run named, with the number of the record that did.
    private func seen(_ indexes: [Int], of patches: [ContactPatch]) async throws -> [(Int, Int)] {
        guard let importJobID, !indexes.isEmpty else { return [] }
        let found = try await connection.run(ImportSeenByEmail(jobID: importJobID, emails: indexes.map { patches[$0].email }))
        return found.map { (indexes[$0.index], $0.item) }
    }

    /// What would become of an existing contact.
    private func outcome(of found: LookUpContacts.Output, _ patch: ContactPatch, _ tags: TagIDs) -> Outcome {
        if let keptItem = found.keptItem { return Outcome(action: .duplicate(keptItem: keptItem), contactID: found.id.rawValue) }
        if found.isTooLong { return Outcome(action: .attributesTooLong, contactID: found.id.rawValue) }
        let merged = merge.merged(patch, tagIDs: tags.sets[patch.tagSet], into: found.state)
        let isChange = merged != found.state || found.state.attributesChange
        return Outcome(action: isChange ? .updated : .unchanged, contactID: found.id.rawValue)
    }

    private func change(_ indexes: [Int], of patches: [ContactPatch], _ tags: TagIDs) async throws -> [(Int, Outcome)] {
        guard !indexes.isEmpty else { return [] }
        // Sorted again: those that another writer added meanwhile came last.
        let indexes = indexes.sorted()
        try await connection.execute(LockContacts(organizationID: scope.organizationID, emails: indexes.map { patches[$0].email }))
        // A statement of its own, after the locks: it sees what their last holders committed.
        var changes = ContactChanges(merge: merge)
        var outcomes: [(Int, Outcome)] = []
        for found in try await lookUp(indexes, of: patches) {
            let outcome = outcome(of: found, patches[found.index], tags)
            outcomes.append((found.index, outcome))
            if case .updated = outcome.action { changes.add(found, patches[found.index], tags) }
        }
        let statements = changes.statements(scope)
        if !statements.isEmpty { try await connection.pipeline(statements) }
        return outcomes
    }
}
