import Contracts
import JSONRPC

/// Every method of the contracts; ``MethodTests`` compares it with the sources, so that none is left out.
enum ContractMethods {
    static let all: [any RPCMethod.Type] = audience + campaign + delivery + tracking + gateway

    private static let audience: [any RPCMethod.Type] = [
        AddListImport.self, AddSuppression.self, ApplyProviderSuppression.self, AudienceHealth.self, AudienceTick.self, AudienceVerify.self,
        AuthenticateKey.self, BeginImport.self, CampaignCandidates.self, CheckEligibility.self, CheckTransactional.self, ConfirmSubscription.self,
        CreateAPIKey.self, DeleteRecipientList.self, DeleteSegment.self, EraseContact.self, EvaluateSegment.self, ExplainContact.self,
        ExportContacts.self, ExportPersonalData.self, GetContact.self, GetContactStatus.self, GetImportJob.self, GetListImport.self,
        GetListMembers.self, GetPreferences.self, GetRecipientList.self, GetSegment.self, GetSenders.self, GetSubscriberPreferences.self,
        GetSubscriptionRequest.self, GetTagMappings.self, ImportFaults.self, ImportPage.self, ListAPIKeys.self, ListClients.self,
        ListContacts.self, ListImports.self, ListMembers.self, ListSegments.self, ListSuppressions.self, PrepareTransactional.self, Provision.self,
        PutListMember.self, PutPreferences.self, PutRecipientList.self, PutSegment.self, PutSenders.self, PutSubscriberCategories.self,
        PutTagMappings.self, ReconcileListMembers.self, RecordEngagement.self, RecountEngagement.self, RemoveListMember.self,
        RemoveSuppression.self, RequestSubscription.self, ResolveAudience.self, ResolveClient.self, ResubscribeContact.self, RevokeAPIKey.self,
        SetClientActive.self, SetContactSuppression.self, SetContactTags.self, SetContactValidation.self, SetContactVerification.self,
        StageImportPage.self, StageListMembers.self, SubscribeContact.self, UnsubscribeAddress.self, UnsubscribeContact.self, UpsertContact.self,
        UpsertListMembers.self,
    ]

    private static let campaign: [any RPCMethod.Type] = [
        ApplyProviderEvents.self, ApplyTrackingEvents.self, CampaignHealth.self, CampaignTick.self, CampaignVerify.self, CancelCampaign.self,
        ClaimRecipients.self, ContactRecipients.self, EraseContactRecipients.self, FindCampaigns.self, GetCampaign.self, GetCampaignActivity.self,
        GetCampaignContent.self, GetPreviewContent.self, GetRecipientMail.self, GetRecountBounds.self, GetRevision.self, ListCampaigns.self,
        ListRecipients.self, MatchProviderMessages.self, PauseCampaign.self, PutCampaign.self, QueueCampaign.self, RecipientContext.self,
        RecordOutcomes.self, RecountLedger.self, RecountLedgerContacts.self, ResendCampaign.self, ResumeCampaign.self, ScheduleCampaign.self,
    ]

    private static let delivery: [any RPCMethod.Type] = [
        CancelTransactionalMessage.self, ContactMessages.self, DeliveryHealth.self, DeliveryTick.self, DeliveryVerify.self,
        EnqueueCampaignBatch.self, EnqueueEmailEvents.self, EnqueueProviderEvents.self, EraseContactMessages.self, ExportContactMessages.self,
        GetTemplate.self, GetTransactionalMessage.self, ListQueues.self, ListTemplateVersions.self, ListTemplates.self, PeekQueue.self,
        PreviewCampaign.self, PreviewTemplate.self, PutTemplate.self, RecountMessages.self, RecountProviderEvents.self, RedriveQueue.self,
        SendCampaignTest.self, SendTransactional.self, SendTransactionalBatch.self,
    ]

    private static let tracking: [any RPCMethod.Type] = [
        ContactEvents.self, CreateWebhook.self, DeleteWebhook.self, EraseContactEvents.self, EventsAfter.self, GetCallback.self,
        GetForwarding.self, GetMailchimp.self, GetWebhook.self, ListWebhookAttempts.self, ListWebhooks.self, PeekForwarding.self, PutCallback.self,
        PutMailchimp.self, RecordEvents.self, RecordMessageEvents.self, RecountEvents.self, RedriveForwarding.self, ReplayWebhook.self,
        RotateWebhookSecret.self, SyncTags.self, TrackingHealth.self, TrackingTick.self, TrackingVerify.self, UpdateWebhook.self,
    ]

    private static let gateway: [any RPCMethod.Type] = [
        CreateUser.self, GatewayHealth.self, GatewayTick.self, GatewayVerify.self,
    ]
}
