import Postgres

/// Every statement of the service: prepared at its start and in tests against the migrated schema.
enum AudienceStatements {
    static let all: [any Statement.Type] =
        identity + segments + contacts + contactEndpoints + transactional + imports + tagMappings + maintenance + suppressions + lists

    private static let identity: [any Statement.Type] = [
        APIKeyByPublicID.self, APIKeysOfClient.self, AddAPIKey.self, EndAPIKey.self, InsertAPIKey.self, AddAudience.self, AddClient.self,
        AddOrganization.self, AddSender.self,
        AudienceBySlug.self, ClientByID.self, ClientPage.self, ClientsBySlug.self, DeleteSenders.self, LockClient.self, OrganizationBySlug.self,
        ScopeByIDs.self, SendersOfClient.self, SetDefaultSender.self, SwitchClient.self, TouchAPIKey.self,
    ]

    private static let contacts: [any Statement.Type] = [
        AddTags.self, CandidatePageRows.self, ContactStatusByEmail.self, ContactStatusInScope.self, ContactStatusesByID.self, EnsureMembership.self,
        InsertContacts.self, InsertMemberships.self, InsertSubscriptions.self, LockContact.self, LockContacts.self,
        LookUpContacts.self, PlanByKeys.self, RefusedContacts.self, TagsBySlug.self, TombstonesByHash.self, TouchContacts.self,
        UnsubscribeClient.self, UnsubscribeFromAudience.self, UnsubscribeGlobally.self, UpdateContacts.self,
        UpdateMembershipTags.self, UpdateSubscriptions.self,
    ]

    private static let transactional: [any Statement.Type] = [TransactionalRecipients.self, TransactionalRefusalsByContact.self]

    private static let imports: [any Statement.Type] = [
        AddImportJob.self, AddImportSeen.self, DeleteImportJob.self, ImportJobByID.self, ImportJobByKey.self,
        ImportPageResultBySequence.self, LockImportJob.self, RecordImportPage.self,
        FindContacts.self, ImportSeenByEmail.self, ReserveContactIDs.self,
        AddStagedPage.self, DeleteStagedPage.self, DueImports.self, FailImportJob.self, ImportFaultsBySequence.self,
        ImportJobReportByID.self, StagedPage.self, StartImportJob.self,
    ]

    private static let suppressions: [any Statement.Type] = [
        AddSuppressedContacts.self, ErasedAddresses.self, RecordProviderSuppressions.self, SuppressContacts.self, TombstoneKeys.self,
    ]

    private static let tagMappings: [any Statement.Type] = [
        LockTagMappings.self, ReplaceTagMappings.self, QueueTagsOfMembers.self, TagMappingsOfClient.self,
    ]

    private static let maintenance: [any Statement.Type] = [
        ForeignMemberships.self, ForeignSubscriptions.self, MiscountedImports.self, PruneImportJobs.self,
        PruneImportPages.self, PruneImportSeen.self, UntaggedReferences.self,
    ]

    private static let segments: [any Statement.Type] = [
        CountSelection.self, EngagementSums.self, ListIDByKey.self, MergeEngagement.self, PlanForCounting.self, PreviewSelection.self,
        RemoveSegment.self,
        SegmentByKey.self, SegmentsOfClient.self, StoreSegment.self,
    ]
}
