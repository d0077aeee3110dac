import Contracts
import JSON
import Model

/// A contact with the keys of the recorded samples, in their order.
enum ContactPayload {
    static func object(_ status: ContactStatus, includesTags: Bool) -> JSONObject {
        var members: [(key: String, value: JSONValue)] = [
            (key: "contact_id", value: status.contactID.map { .number(JSONNumber($0.rawValue)) } ?? .null),
            (key: "email", value: .string(status.email)),
            (key: "exists", value: .bool(status.contactID != nil)),
            (key: "verified", value: .bool(status.verifiedAt != nil)),
            (key: "verified_at", value: time(status.verifiedAt)),
            (
                key: "email_validation",
                value: .object(
                    JSONObject([
                        (key: "status", value: .string(status.validationStatus.rawValue)),
                        (key: "reason", value: .string(status.validationReason)),
                        (key: "validated_at", value: time(status.validatedAt)),
                    ])
                )
            ),
            (key: "global_unsubscribed", value: .bool(status.globalUnsubscribed)),
            (key: "hard_bounced", value: .bool(status.hardBounced)),
            (key: "complained", value: .bool(status.complained)),
            (key: "audience", value: .object(subscription(status.audience))),
            (key: "client", value: .object(subscription(status.client))),
            (key: "can_send_marketing", value: .bool(status.contactID != nil && status.marketingRefusal == nil)),
            (key: "can_send_transactional", value: .bool(status.contactID != nil && status.transactionalRefusal == nil)),
        ]
        if includesTags {
            members.append((key: "tags", value: .array(status.tags.map { .string($0) })))
            members.append((key: "attributes", value: status.attributes))
        }
        return JSONObject(members)
    }

    private static func subscription(_ state: SubscriptionState) -> JSONObject {
        JSONObject([
            (key: "slug", value: .string(state.slug)),
            (key: "subscribed", value: .bool(state.status == .subscribed)),
            (key: "status", value: state.status.map { .string($0.rawValue) } ?? .null),
            (key: "verified", value: .bool(state.verifiedAt != nil)),
            (key: "verified_at", value: time(state.verifiedAt)),
            (key: "unsubscribed_at", value: time(state.unsubscribedAt)),
            (key: "unsubscribe_reason", value: .string(state.unsubscribeReason)),
        ])
    }

    static func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.iso8601) } ?? .null }
}
