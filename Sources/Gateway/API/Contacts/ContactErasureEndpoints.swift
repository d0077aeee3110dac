import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `POST /api/contacts/erase`.
enum ContactErasureEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [erase(services)] }

    static func erase(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/contacts/erase",
            id: "eraseContact",
            tag: .contacts,
            access: .key(.contactsWrite),
            summary: "Erase a person from the organization.",
            details: """
                What is left is a keyed hash of the address: no import mails that person again. Services that have not answered yet are named in \
                `pending`; they are told until they have.
                """,
            body: .json(
                ObjectShape("ContactErase", [Field("email", .email, required: true, "The address.", example: "gone@example.org")] + ObjectShape.scope)
            ),
            answers: [.ok(erased.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let scope = try await call.audienceScope()
            return .json(erased.value(try await services.audience.answer(EraseContact(scope: scope.client.scope, email: email))))
        }
    }

    /// In the recorded order.
    static let countNames = [
        "subscriptions_deleted", "category_preferences_deleted", "contact_tags_deleted", "source_metadata_deleted",
        "recipient_list_members_deleted", "transactional_messages_anonymized", "campaign_recipients_anonymized", "email_events_anonymized",
        "cmp_callbacks_anonymized",
    ]

    private static let erased = Payload<ErasedContact>(
        "ErasedContact",
        [
            .member("email", .string) { .string($0.email) },
            .member("erased", .boolean) { .bool($0.contactID != nil) },
            .member("contact_id", .nullable(.id)) { $0.contactID.map { .integer($0.rawValue) } ?? .null },
            .member("counts", counts.shape) { counts.value($0.counts) },
            .member("pending", .list(of: .string), "Services that are still to answer.") { .strings($0.pending) },
        ]
    )

    private static let counts = Payload<[String: Int]>(
        "ErasureCounts",
        countNames.map { name in .member(name, .integer) { .integer($0[name] ?? 0) } }
    )
}
