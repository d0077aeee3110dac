import Contracts
import JSON
import JSONRPC
import Model
import Postgres

extension AudienceHandlers {
    /// Pages of one upload: ten megabytes of a request, escaped in the worst way.
    static let maximumStagedPages = 100

    func stageListMembers(_ request: StageListMembers) async throws -> Empty {
        guard (0..<Self.maximumStagedPages).contains(request.sequence), (16...64).contains(request.upload.utf8.count),
            TextRules.isStorable(request.upload)
        else { throw ValidationFailure.field("members", "too_many") }
        // Refused here already, before anything is kept.
        _ = try ListMemberRules.patches(request.members)
        var writer = JSONWriter(reservingCapacity: 1 << 20)
        request.members.write(to: &writer)
        try await database.execute(
            AddListUpload(
                organizationID: request.organizationID,
                upload: request.upload,
                sequence: Int32(clamping: request.sequence),
                members: String(decoding: writer.bytes, as: UTF8.self)
            )
        )
        return Empty()
    }

    func upsertListMembers(_ request: UpsertListMembers) async throws -> ListMembersUpserted {
        let members = try await staged(request.staged, request.scope) + request.members
        let run = try bulkRun(request.scope, request.listKey, request.list, members)
        return try await database.retriedTransaction { connection in
            let applied = try await run.apply(connection)
            guard let list = try await applied.tree.list(run.key) else { throw ContactVanished() }
            return ListMembersUpserted(
                list: list.named(applied.tree.known),
                createdCount: applied.counts.created,
                updatedCount: members.count - applied.counts.created
            )
        }
    }

    func reconcileListMembers(_ request: ReconcileListMembers) async throws -> ListMembersReconciled {
        let members = try await staged(request.staged, request.scope) + request.members
        let run = try bulkRun(request.scope, request.listKey, request.list, members)
        if request.dryRun { return try await dryReconcile(request, run, members.count) }
        return try await database.retriedTransaction { connection in
            let applied = try await run.apply(connection)
            var removed = 0
            if request.removesAbsent { removed = try await applied.writer(run).removeAbsent(keys: run.patches.map(\.key)) }
            try await connection.execute(ReconciledList(listID: applied.list.id, now: run.now))
            guard let list = try await applied.tree.list(run.key) else { throw ContactVanished() }
            return ListMembersReconciled(
                list: list.named(applied.tree.known),
                dryRun: false,
                upsertCount: members.count,
                removedCount: removed
            )
        }
    }

    private func dryReconcile(_ request: ReconcileListMembers, _ run: BulkListRun, _ count: Int) async throws -> ListMembersReconciled {
        try await database.transaction { connection in
            let known = try await run.check(connection)
            let stored = try await connection.first(ListByKey(scope: run.scope, key: run.key.text))
            var absent: Int64 = 0
            if let stored, request.removesAbsent {
                absent = try await connection.first(CountAbsentMembers(listID: stored.id, keys: run.patches.map(\.key))) ?? 0
            }
            let preview = RecipientListState(
                key: run.key.text,
                type: run.change.type ?? .custom,
                name: run.change.name ?? run.key.text,
                audienceSlug: known.audienceSlug,
                clientSlug: known.clientSlug,
                metadata: run.change.metadata ?? .object(JSONObject())
            )
            return ListMembersReconciled(
                list: stored?.named(known) ?? preview,
                dryRun: true,
                upsertCount: count,
                removedCount: Int(absent)
            )
        }
    }

    /// Every fault of the request together.
    private func bulkRun(
        _ scope: AudienceScope,
        _ listKey: String,
        _ list: ListChange,
        _ members: [ListMemberChange]
    ) throws(ValidationFailure) -> BulkListRun {
        var faults = ListFaults()
        let key = faults.take { () throws(ValidationFailure) in try ListKey(listKey) }
        let change = faults.take { () throws(ValidationFailure) in try ListRules.check(list) }
        let patches = faults.take { () throws(ValidationFailure) in try ListMemberRules.patches(members) }
        try faults.check()
        guard let key, let change, let patches else { throw .field("list_key", "invalid") }
        return BulkListRun(scope: scope, key: key, change: change, patches: patches) { "members.\($0).email" }
    }

    /// The members of the pages that were kept before.
    private func staged(_ staged: StagedListMembers?, _ scope: AudienceScope) async throws -> [ListMemberChange] {
        guard let staged else { return [] }
        let pages = try await database.run(ListUploadPages(organizationID: scope.organizationID, upload: staged.upload))
        guard pages.count == staged.pages else { throw ValidationFailure.field("members", "not_found") }
        return try pages.flatMap { try [ListMemberChange].read($0.utf8) }
    }
}
