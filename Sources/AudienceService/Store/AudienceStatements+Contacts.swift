import Postgres

extension AudienceStatements {
    static let contactEndpoints: [any Statement.Type] = [
        ChangeTags.self, ConsentsOfContact.self, ContactCSVRows.self, ContactPageRows.self, ExplainRow.self, InsertBareContact.self,
        LockContactByEmail.self, LockSubscribedContact.self, PersonalDataOfContact.self, PlanPageByKeys.self, PreferencesOfContact.self,
        RecordSuppressionChange.self, SetSuppression.self, SubscribeToAudience.self, SuppressionOfContact.self, SuppressionRows.self,
        UpsertPreferences.self, VerifyContact.self, VerifySubscription.self, AddConsent.self, ConfirmConsent.self, ConfirmSubscriptionRow.self,
        ConsentByID.self, RecentRequests.self, AddErasure.self, AddTombstone.self, ContactIDByEmail.self,
        DeleteContact.self, DeleteContactRows.self, EraseImportResults.self, EraseImportSeen.self,
        EraseListImportRows.self, ErasureByContact.self, RecordErasureAnswer.self, TombstoneKey.self, AddGivenConsent.self, ResubscribeGlobally.self,
        ResubscribeToAudience.self, SubscriberPreferencesRow.self, YoungerConsent.self,
    ]
}
