import Contracts
import JSONRPC
import Postgres

extension AudienceHandlers {
    /// The methods of recipient lists.
    func addListMethods(_ methods: inout RPCMethodTable) {
        methods.on(PutRecipientList.self) { request, _ in try await putRecipientList(request) }
        methods.on(GetRecipientList.self) { request, _ in try await getRecipientList(request) }
        methods.on(DeleteRecipientList.self) { request, _ in try await deleteRecipientList(request) }
        methods.on(PutListMember.self) { request, _ in try await putListMember(request) }
        methods.on(RemoveListMember.self) { request, _ in try await removeListMember(request) }
        methods.on(GetListMembers.self) { request, _ in try await getListMembers(request) }
        methods.on(ListMembers.self) { request, _ in try await listMembers(request) }
        methods.on(StageListMembers.self) { request, _ in try await stageListMembers(request) }
        methods.on(UpsertListMembers.self) { request, _ in try await upsertListMembers(request) }
        methods.on(ReconcileListMembers.self) { request, _ in try await reconcileListMembers(request) }
        methods.on(AddListImport.self) { request, _ in try await addListImport(request) }
        methods.on(GetListImport.self) { request, _ in try await getListImport(request) }
        methods.on(ListImports.self) { request, _ in try await listImports(request) }
    }
}

extension AudienceStatements {
    static let lists: [any Statement.Type] = [
        AddAncestorLists.self, AddList.self, AddListTree.self, AddListUpload.self, AddReasons.self, BeginReasons.self, ChangeList.self,
        ClearMembers.self,
        CountAbsentMembers.self, CountMembers.self, DeleteEmptyList.self, DeleteMembers.self, EraseListMembers.self,
        ForeignListMembers.self, InsertListMembers.self, ListByKey.self, ListIDsByKey.self, ListMemberColumnRows.self,
        ListMemberPageRows.self, ListUploadPages.self, LockListTree.self, LockListTrees.self, MembersByContact.self,
        MembersOfOtherContacts.self, MiscountedLists.self, MiscountedReasons.self, PruneListUploads.self, ReconciledList.self,
        RemoveAbsentMembers.self, RemoveMember.self, RemoveMembersNotImported.self, TakeReasons.self, UnnameMembers.self,
        UpdateListMembers.self,
        // Imports.
        ClaimListImport.self, DeleteListImportRows.self, EndListImport.self, ExtendListImport.self, InsertListImport.self,
        InsertListImportRows.self, ListImportByID.self, ListImportByKey.self, ListImportRowsPage.self, ListImportsOfList.self,
        NoteListImportPage.self, NoteListImportRemovals.self, NoteListImportRows.self, OpenListImports.self, PostponeListImport.self,
        RestartListImport.self,
    ]
}
