import Contracts
import Foundation
import Postgres
import ServiceRuntime

extension AudienceHandlers {
    static let maximumIdempotencyKeyLength = 255

    func addListImport(_ request: AddListImport) async throws -> ListImportAdded {
        var faults = ListFaults()
        let key = faults.take { () throws(ValidationFailure) in try ListKey(request.listKey) }
        let change = faults.take { () throws(ValidationFailure) in try ListRules.check(request.list) }
        if let fault = ListImportURLRules.fault(request.sourceURL) { faults.add("source_url", fault) }
        let idempotencyKey = request.idempotencyKey.map(PathKeyRules.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        if let idempotencyKey {
            if idempotencyKey.unicodeScalars.count > Self.maximumIdempotencyKeyLength { faults.add("idempotency_key", "too_long") }
            if !TextRules.isStorable(idempotencyKey) { faults.add("idempotency_key", "invalid") }
        }
        try faults.check()
        guard let key, let change else { throw ValidationFailure.field("list_key", "invalid") }
        let known = try await KnownScope.find(request.scope, database)
        let sourceURL = request.sourceURL.trimmingCharacters(in: .whitespacesAndNewlines)
        let accepted = AddListImport(
            scope: request.scope,
            listKey: key.text,
            list: change,
            sourceURL: sourceURL,
            idempotencyKey: idempotencyKey,
            removesAbsent: request.removesAbsent
        )
        if let job = try await database.first(InsertListImport(request: accepted)) {
            listImportBell.wake()
            return ListImportAdded(job: job.named(known, nil), created: true)
        }
        let stored = try await database.first(ListImportByKey(clientID: request.scope.clientID, idempotencyKey: idempotencyKey ?? ""))
        guard let stored else { throw ValidationFailure.field("import_job", "not_found") }
        // The key may have been used in another audience of the client, which is shown by its own name.
        let names = try await KnownScope.find(stored.scope, database)
        return ListImportAdded(job: stored.named(names, try await list(of: stored)), created: false)
    }

    func getListImport(_ request: GetListImport) async throws -> ListImport {
        let key = try ListKey(request.listKey)
        let known = try await KnownScope.find(request.scope, database)
        let found = ListImportsOfList(scope: request.scope, listKey: key.text, id: request.id, before: .max, limit: 1)
        guard let job = try await database.first(found) else { throw ValidationFailure.field("import_job", "not_found") }
        return job.named(known, try await list(of: job))
    }

    func listImports(_ request: ListImports) async throws -> ListImportPage {
        guard (1...100).contains(request.limit) else { throw ValidationFailure.field("limit", "must_be_between_1_and_100") }
        let key = try ListKey(request.listKey)
        let known = try await KnownScope.find(request.scope, database)
        let jobs = try await database.run(
            ListImportsOfList(
                scope: request.scope,
                listKey: key.text,
                id: nil,
                before: request.before ?? .max,
                limit: request.limit + 1
            )
        )
        let list = try await database.first(ListByKey(scope: request.scope, key: key.text))
        let page = jobs.prefix(request.limit)
        return ListImportPage(jobs: page.map { $0.named(known, list) }, next: jobs.count > request.limit ? page.last?.id : nil)
    }

    private func list(of job: ListImportJob) async throws -> StoredList? {
        try await database.first(ListByKey(scope: job.scope, key: job.listKey))
    }
}
