import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    static func addLists(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(PutRecipientList.self) { call, _ in RecipientListPut(list: try list(call.listKey, call.change), created: true) }
        methods.on(GetRecipientList.self) { call, _ in try list(call.listKey) }
        methods.on(DeleteRecipientList.self) { call, _ in RecipientListDeletion(list: try list(call.listKey), deleted: true) }
        methods.on(PutListMember.self) { call, _ in
            let metadata = try call.member.metadata.map { try JSONValue.parse($0) }
            var member = member(call.member.sourceObjectKey, call.member.email, metadata ?? [:])
            member.isActive = call.member.isActive
            return ListMemberPut(list: try list(call.listKey, call.list), member: member, created: true)
        }
        methods.on(RemoveListMember.self) { call, _ in
            let member =
                call.sourceObjectKey == "nope"
                ? ListMember(sourceObjectKey: "nope") : member(call.sourceObjectKey, "learner@example.com", [:])
            return ListMemberRemoval(list: try list(call.listKey), member: member, removed: call.sourceObjectKey != "nope")
        }
        methods.on(GetListMembers.self) { call, _ in
            state.change { $0.memberPages.append(call) }
            return ListMemberPage(
                list: try list(call.listKey),
                members: [member("sub:1", "learner@example.com", ["name": "L"])],
                next: call.after.rawValue == 0 ? ContactID(1) : nil
            )
        }
        addBulk(&methods, state)
        methods.on(AddListImport.self) { call, _ in
            guard call.sourceURL.hasPrefix("http") else { throw ValidationFailure.field("source_url", "invalid") }
            return ListImportAdded(job: job(call.listKey, call), created: call.idempotencyKey != "again")
        }
        methods.on(GetListImport.self) { call, _ in
            guard call.id == 1 else { throw ValidationFailure.field("import_job", "not_found") }
            return job(call.listKey, nil)
        }
        methods.on(ListImports.self) { call, _ in ListImportPage(jobs: [job(call.listKey, nil)], next: call.before == nil ? 1 : nil) }
    }

    private static func addBulk(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(StageListMembers.self) { call, _ in
            state.change { $0.listPages.append(call) }
            return Empty()
        }
        methods.on(UpsertListMembers.self) { call, _ in
            state.change { $0.bulk = call }
            return ListMembersUpserted(list: try list(call.listKey), createdCount: 1, updatedCount: call.members.count - 1)
        }
        methods.on(ListMembers.self) { call, _ in
            _ = try list(call.listKey)
            let all = state.now.members
            // Large metadata ends a page early, as in Audience.
            let page = all.indices.dropFirst(Int(call.after.rawValue)).prefix(all.first?.metadata?.utf8.count ?? 0 > 1_000 ? 60 : call.limit)
            let end = page.endIndex
            return ListMemberColumns(
                contactIDs: page.map { Int64($0 + 1) },
                emails: page.map { all[$0].email },
                sourceObjectKeys: page.map { all[$0].sourceObjectKey },
                metadata: page.map { all[$0].metadata ?? "{}" },
                next: end < all.count ? ContactID(Int64(end)) : nil
            )
        }
        methods.on(ReconcileListMembers.self) { call, _ in
            state.change { $0.reconciled.append(call) }
            return ListMembersReconciled(
                list: try list(call.listKey),
                dryRun: call.dryRun,
                upsertCount: call.members.count,
                removedCount: call.removesAbsent ? 1 : 0
            )
        }
    }

    private static func list(_ key: String, _ change: ListChange = ListChange()) throws -> RecipientListState {
        guard key != "zzz" else { throw ValidationFailure.field("list_key", "not_found") }
        return RecipientListState(
            key: key,
            type: change.type ?? .custom,
            name: change.name ?? key,
            audienceSlug: "main",
            clientSlug: "app",
            metadata: change.metadata ?? [:],
            memberCount: 2,
            activeMemberCount: 1,
            lastReconciledAt: time,
            createdAt: time,
            updatedAt: time
        )
    }

    private static func member(_ key: String, _ email: String, _ metadata: JSONValue) -> ListMember {
        ListMember(
            sourceObjectKey: key,
            email: email,
            contactID: ContactID(1),
            isActive: true,
            metadata: metadata,
            createdAt: time,
            updatedAt: time
        )
    }

    private static func job(_ key: String, _ call: AddListImport?) -> ListImport {
        ListImport(
            id: 1,
            listKey: key,
            audienceSlug: "main",
            clientSlug: "app",
            sourceURL: call?.sourceURL ?? "https://example.org/",
            idempotencyKey: call?.idempotencyKey ?? "",
            status: .failed,
            change: call?.list ?? ListChange(),
            removesAbsent: call?.removesAbsent ?? false,
            rowCount: 2,
            createdCount: 0,
            updatedCount: 0,
            removedCount: 0,
            failedCount: 2,
            failedRows: [.init(line: 1, errors: ["line": "invalid_json"]), .init(line: 2, errors: ["email": "invalid"])],
            contentSHA256: "",
            error: "row_validation_failed",
            startedAt: nil,
            completedAt: nil,
            createdAt: time,
            updatedAt: time,
            list: nil
        )
    }
}
