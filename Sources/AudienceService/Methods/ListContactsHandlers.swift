import Contracts
import Model
import Postgres

extension AudienceHandlers {
    /// An export's page ends after the line that passes this; with JSON's escapes it stays far below a call's limit.
    static let maximumExportBytes = 4 << 20

    func listContacts(_ request: ListContacts) async throws -> ContactPage {
        guard (1...ListContacts.maximumLimit).contains(request.limit) else {
            throw ValidationFailure.field("limit", "must_be_between_1_and_\(ListContacts.maximumLimit)")
        }
        return try await database.transaction { connection in
            let known = try await KnownScope.find(request.scope, connection)
            let filter = try await bindings(request.filter, request.scope, connection)
            try await connection.execute(PlanByKeys())
            // One more than asked for tells whether there is a next page.
            let rows = try await connection.run(
                ContactPageRows(scope: request.scope, filter: filter, after: request.after, limit: request.limit + 1)
            )
            let contacts = rows.prefix(request.limit).map { $0.contact.named(known) }
            let isLast = (rows.first?.pageCount ?? 0) == Int64(contacts.count)
            return ContactPage(contacts: contacts, next: isLast ? nil : contacts.last?.contactID)
        }
    }

    func exportContacts(_ request: ExportContacts) async throws -> ContactCSVPage {
        guard (1...ExportContacts.maximumLimit).contains(request.limit) else {
            throw ValidationFailure.field("limit", "must_be_between_1_and_\(ExportContacts.maximumLimit)")
        }
        return try await database.transaction { connection in
            let known = try await KnownScope.find(request.scope, connection)
            let filter = try await bindings(request.filter, request.scope, connection)
            try await connection.execute(PlanPageByKeys())
            let page = try await connection.first(
                ContactCSVRows(
                    known: known,
                    filter: filter,
                    after: request.after,
                    limit: request.limit,
                    maximumBytes: Self.maximumExportBytes
                )
            )
            guard let page else { return ContactCSVPage(csv: "", next: nil) }
            let isLast = page.rowCount < Int64(request.limit) && page.lineCount == page.rowCount
            return ContactCSVPage(csv: page.csv, next: isLast ? nil : page.last)
        }
    }

    private func bindings(
        _ filter: ContactFilter,
        _ scope: AudienceScope,
        _ connection: PostgresConnection
    ) async throws -> ContactFilterBindings {
        var bindings = ContactFilterBindings(filter: filter)
        guard !filter.tags.isEmpty else { return bindings }
        guard filter.tags.count <= TagSets.maximumTags else { throw ValidationFailure.field("tags", "too_many") }
        var slugs: Set<String> = []
        for name in filter.tags {
            guard let slug = TagSlug.make(name) else { throw ValidationFailure.field("tags", "invalid") }
            slugs.insert(slug)
        }
        bindings.tagIDs = try await connection.run(TagsBySlug(audienceID: scope.audienceID, slugs: slugs.sorted())).map(\.id)
        // Nobody has a tag that does not exist.
        if bindings.tagIDs.count < slugs.count { bindings.tagIDs.append(-1) }
        return bindings
    }
}
