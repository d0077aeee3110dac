import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/contacts` and `/api/contacts/status`.
enum ContactEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [upsert(services)] + ContactListEndpoints.all(services) + [status(services)] + ContactChangeEndpoints.all(services)
            + ContactTagEndpoints.all(services) + ContactExplanationEndpoints.all(services) + ContactErasureEndpoints.all(services)
            + PersonalDataEndpoints.all(services) + ContactHistoryEndpoints.all(services)
    }

    static func upsert(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/contacts",
            id: "upsertContact",
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: "Create or change a contact.",
            details: "Only the fields that the body names are touched.",
            body: .json(ContactShapes.upsert),
            answers: [.ok(ContactPayload.withTags.shape)]
        ) { call in
            let change = change(&call.fields)
            let scope = try await call.audienceScope()
            let result = try await services.audience.answer(UpsertContact(scope: scope.ids, change: change))
            return .json(ContactPayload.withTags.value(result))
        }
    }

    static func status(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/status",
            id: "getContactStatus",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "May this address be mailed?",
            details: "An unknown address is an answer, not an error: `exists` is false.",
            query: [Field("email", .string(maximum: 1_000), required: true, example: "ann@example.org")] + ObjectShape.scope,
            answers: [.ok(ContactPayload.status.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let scope = try await call.audienceScope()
            let result = try await services.audience.answer(GetContactStatus(scope: scope.ids, email: email))
            return .json(ContactPayload.status.value(result))
        }
    }

    /// What the body names.
    static func change(_ fields: inout RequestFields) -> ContactChange {
        var change = ContactChange(email: fields.string("email") ?? "")
        change.status = fields.choice("status")
        change.verified = fields.bool("verified")
        change.tags = fields.strings("tags")
        change.attributes = fields.objectValue("attributes")
        change.resubscribe = fields.bool("resubscribe")
        change.resubscribeReason = fields.string("resubscribe_reason") ?? fields.string("reason")
        if let validation = fields.objectValue("email_validation")?.objectValue {
            var nested = RequestFields(validation)
            change.validationStatus = nested.choice("status")
            change.validationReason = nested.string("reason")
        }
        return change
    }
}
