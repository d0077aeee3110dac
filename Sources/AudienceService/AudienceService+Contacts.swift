import Contracts
import JSONRPC

extension AudienceHandlers {
    /// What the endpoints about contacts ask.
    func registerContacts(in methods: inout RPCMethodTable) {
        methods.on(GetContact.self) { request, _ in try await getContact(request) }
        methods.on(ListContacts.self) { request, _ in try await listContacts(request) }
        methods.on(ExportContacts.self) { request, _ in try await exportContacts(request) }
        methods.on(SetContactVerification.self) { request, _ in try await setContactVerification(request) }
        methods.on(SetContactValidation.self) { request, _ in try await setContactValidation(request) }
        methods.on(SetContactSuppression.self) { request, _ in try await setContactSuppression(request) }
        methods.on(SetContactTags.self) { request, _ in try await setContactTags(request) }
        methods.on(SubscribeContact.self) { request, _ in try await subscribeContact(request) }
        methods.on(UnsubscribeAddress.self) { request, _ in try await unsubscribeAddress(request) }
        methods.on(GetPreferences.self) { request, _ in try await getPreferences(request) }
        methods.on(PutPreferences.self) { request, _ in try await putPreferences(request) }
        methods.on(GetSubscriberPreferences.self) { request, _ in try await getSubscriberPreferences(request) }
        methods.on(ResubscribeContact.self) { request, _ in try await resubscribeContact(request) }
        methods.on(PutSubscriberCategories.self) { request, _ in try await putSubscriberCategories(request) }
        methods.on(ListSuppressions.self) { request, _ in try await listSuppressions(request) }
        methods.on(AddSuppression.self) { request, _ in try await addSuppression(request) }
        methods.on(RemoveSuppression.self) { request, _ in try await removeSuppression(request) }
        methods.on(ExplainContact.self) { request, _ in try await explainContact(request) }
        methods.on(RequestSubscription.self) { request, _ in try await requestSubscription(request) }
        methods.on(GetSubscriptionRequest.self) { request, _ in try await getSubscriptionRequest(request) }
        methods.on(ConfirmSubscription.self) { request, _ in try await confirmSubscription(request) }
        methods.on(EraseContact.self) { request, _ in try await eraseContact(request) }
        methods.on(ExportPersonalData.self) { request, _ in try await exportPersonalData(request) }
    }
}
