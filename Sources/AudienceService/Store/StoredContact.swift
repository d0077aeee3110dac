import Contracts
import JSON
import Model
import Postgres

/// A contact's row as ``ContactStatusByEmail`` and ``ContactStatusesByID`` select it.
struct StoredContact: Sendable {
    var status: ContactStatus

    init(_ row: Row) throws {
        let refusal = try row.decodeIfPresent("marketing_refusal", as: String.self)
        let transactional = try row.decodeIfPresent("transactional_refusal", as: String.self)
        status = ContactStatus(
            contactID: try row.decode("id"),
            email: try row.decode("email"),
            verifiedAt: try row.decodeIfPresent("contact_verified_at"),
            validationStatus: EmailValidationStatus(rawValue: try row.decode("validation_status")) ?? .unknown,
            validationReason: try row.decode("validation_reason"),
            validatedAt: try row.decodeIfPresent("validated_at"),
            globalUnsubscribed: try row.decode("global_unsubscribed"),
            hardBounced: try row.decode("hard_bounced"),
            complained: try row.decode("complained"),
            audience: SubscriptionState(
                slug: "",
                status: try row.decodeIfPresent("audience_status", as: String.self).flatMap(SubscriptionStatus.init(rawValue:)),
                verifiedAt: try row.decodeIfPresent("audience_verified_at"),
                unsubscribedAt: try row.decodeIfPresent("audience_unsubscribed_at"),
                unsubscribeReason: try row.decode("audience_reason")
            ),
            client: SubscriptionState(
                slug: "",
                status: try row.decodeIfPresent("client_status", as: String.self).flatMap(SubscriptionStatus.init(rawValue:)),
                verifiedAt: try row.decodeIfPresent("client_verified_at"),
                unsubscribedAt: try row.decodeIfPresent("client_unsubscribed_at"),
                unsubscribeReason: try row.decode("client_reason")
            ),
            marketingRefusal: refusal.map { SkipReason(rawValue: $0) ?? .suppressed },
            transactionalRefusal: transactional.map { SkipReason(rawValue: $0) ?? .suppressed },
            tags: try row.decode("tags"),
            attributes: try row.decode("attributes"),
            createdAt: try row.decode("created_at"),
            updatedAt: try row.decode("updated_at")
        )
    }

    /// With the slugs of the scope that was asked about.
    func named(_ scope: KnownScope) -> ContactStatus {
        var named = status
        named.audience.slug = scope.audienceSlug
        named.client.slug = scope.clientSlug
        return named
    }
}
