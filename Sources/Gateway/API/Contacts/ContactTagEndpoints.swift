import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `PUT /api/contacts/{id}/tags`, `POST` and `DELETE /api/contacts/{id}/tags/{slug}`.
enum ContactTagEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [
            replace(services),
            one(services, .post, .add, id: "addContactTag", summary: "Give a contact a tag."),
            one(services, .delete, .remove, id: "removeContactTag", summary: "Take a tag from a contact."),
        ]
    }

    static func replace(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/contacts/{id}/tags",
            id: "replaceContactTags",
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: "Replace a contact's tags.",
            details: "Slugs are made from the names; other audiences' tags stay.",
            body: .json(
                ObjectShape(
                    "ContactTags",
                    ObjectShape.scope + [
                        Field("tags", .list(of: .string), required: true, "All tags that the contact has then.", example: ["newsletter", "beta"])
                    ]
                )
            ),
            answers: [.ok(ContactPayload.withTags.shape), .notFound]
        ) { call in
            let tags = call.fields.strings("tags") ?? []
            let scope = try await call.audienceScope()
            let change = SetContactTags(scope: scope.ids, contactID: try call.contactID, change: .replace, tags: tags)
            return .json(ContactPayload.withTags.value(try await services.audience.answer(change)))
        }
    }

    private static func one(
        _ services: APIServices,
        _ method: HTTPRequest.Method,
        _ change: SetContactTags.Change,
        id: String,
        summary: String
    ) -> Endpoint {
        Endpoint(
            method,
            "/api/contacts/{id}/tags/{slug}",
            id: id,
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: summary,
            body: .json(ObjectShape("ContactScope", ObjectShape.scope)),
            answers: [.ok(ContactPayload.withTags.shape), .notFound]
        ) { call in
            let scope = try await call.audienceScope()
            let tag = call.parameters["slug"] ?? ""
            let change = SetContactTags(scope: scope.ids, contactID: try call.contactID, change: change, tags: [tag])
            return .json(ContactPayload.withTags.value(try await services.audience.answer(change)))
        }
    }
}
