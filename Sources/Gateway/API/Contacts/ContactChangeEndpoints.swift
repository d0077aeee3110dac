import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `PATCH /api/contacts/{id}/…`: facts about one contact.
enum ContactChangeEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [verification(services), validation(services), suppression(services)]
    }

    static func verification(_ services: APIServices) -> Endpoint {
        Endpoint(
            .patch,
            "/api/contacts/{id}/verification",
            id: "setContactVerification",
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: "Say whether an address is verified.",
            details: "Holds for the contact and for the client's subscription.",
            body: .json(
                ObjectShape(
                    "ContactVerification",
                    ObjectShape.scope + [
                        Field("verified", .boolean, required: true, example: true),
                        Field("verified_at", .timestamp, "When; now unless told."),
                    ]
                )
            ),
            answers: [.ok(ContactPayload.withTags.shape), .notFound]
        ) { call in
            let verified = call.fields.bool("verified") ?? false
            let verifiedAt = call.fields.timestamp("verified_at")
            let scope = try await call.audienceScope()
            let change = SetContactVerification(scope: scope.ids, contactID: try call.contactID, verified: verified, verifiedAt: verifiedAt)
            return .json(ContactPayload.withTags.value(try await services.audience.answer(change)))
        }
    }

    static func validation(_ services: APIServices) -> Endpoint {
        Endpoint(
            .patch,
            "/api/contacts/{id}/validation",
            id: "setContactValidation",
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: "Store what a validation of the address found.",
            body: .json(
                ObjectShape(
                    "ContactValidation",
                    ObjectShape.scope + [
                        Field(
                            "status",
                            .string(maximum: 64),
                            "One of `\(EmailValidationStatus.allCases.map(\.rawValue).joined(separator: "`, `"))`.",
                            example: "valid"
                        ),
                        Field("reason", .string(maximum: 1_000), example: "mx ok"),
                        Field("validated_at", .timestamp, "When; now unless told."),
                    ]
                )
            ),
            answers: [.ok(ContactPayload.withTags.shape), .notFound]
        ) { call in
            let status = call.fields.object["status"]?.stringValue.flatMap(EmailValidationStatus.init(rawValue:))
            // Recorded so: the field is told by where it stands in a contact.
            if status == nil { call.fields.fault("email_validation.status", "invalid") }
            let reason = call.fields.string("reason")
            let validatedAt = call.fields.timestamp("validated_at")
            let scope = try await call.audienceScope()
            let change = SetContactValidation(
                scope: scope.ids,
                contactID: try call.contactID,
                status: status ?? .unknown,
                reason: reason,
                validatedAt: validatedAt
            )
            return .json(ContactPayload.withTags.value(try await services.audience.answer(change)))
        }
    }

    static func suppression(_ services: APIServices) -> Endpoint {
        Endpoint(
            .patch,
            "/api/contacts/{id}/suppression",
            id: "setContactSuppression",
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: "Put a contact on the suppression list, or take it off.",
            details: "Only the kinds that the body names are touched; the change is recorded with its reason.",
            body: .json(
                ObjectShape(
                    "ContactSuppression",
                    ObjectShape.scope + [
                        Field("hard_bounced", .boolean, example: true), Field("complained", .boolean), Field("global_unsubscribed", .boolean),
                        Field("reason", .string(maximum: 1_000), example: "reported by phone"),
                    ]
                )
            ),
            answers: [.ok(ContactPayload.withTags.shape), .notFound]
        ) { call in
            let hardBounced = call.fields.bool("hard_bounced")
            let complained = call.fields.bool("complained")
            let globalUnsubscribed = call.fields.bool("global_unsubscribed")
            let reason = call.fields.string("reason") ?? ""
            let scope = try await call.audienceScope()
            var change = SetContactSuppression(scope: scope.ids, contactID: try call.contactID, reason: reason)
            change.hardBounced = hardBounced
            change.complained = complained
            change.globalUnsubscribed = globalUnsubscribed
            return .json(ContactPayload.withTags.value(try await services.audience.answer(change)))
        }
    }
}

extension EndpointCall {
    /// The contact that the path names.
    var contactID: ContactID {
        get throws(APIError) { ContactID(try integerParameter("id", field: "contact_id")) }
    }
}
