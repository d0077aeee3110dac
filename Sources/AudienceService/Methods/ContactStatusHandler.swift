import Contracts
import Email
import JSON
import Postgres

extension AudienceHandlers {
    func getContactStatus(_ request: GetContactStatus) async throws -> ContactStatus {
        let address: EmailAddress
        do throws(EmailAddressError) {
            address = try EmailAddress(request.email)
        } catch {
            throw ValidationFailure.field("email", error == .empty ? "required" : "invalid")
        }
        let found = try await database.first(ContactStatusInScope(scope: request.scope, email: address.normalized))
        let known = try KnownScope(request.scope, found: found?.known)
        return found?.contact?.named(known) ?? ContactStatus(unknown: address.normalized, in: known)
    }
}

extension ContactStatus {
    /// The answer about an address that nobody has stored: no consent, so no mail.
    init(unknown email: String, in known: KnownScope) {
        func none(_ slug: String) -> SubscriptionState {
            SubscriptionState(slug: slug, status: nil, verifiedAt: nil, unsubscribedAt: nil, unsubscribeReason: "")
        }
        self.init(
            contactID: nil,
            email: email,
            verifiedAt: nil,
            validationStatus: .unknown,
            validationReason: "",
            validatedAt: nil,
            globalUnsubscribed: false,
            hardBounced: false,
            complained: false,
            audience: none(known.audienceSlug),
            client: none(known.clientSlug),
            marketingRefusal: .suppressed,
            transactionalRefusal: .suppressed,
            tags: [],
            attributes: .object(JSONObject()),
            createdAt: nil,
            updatedAt: nil
        )
    }
}
