import Contracts
import JSON

/// What the bodies about contacts look like.
enum ContactShapes {
    static let upsert = ObjectShape("ContactUpsert", [email] + ObjectShape.scope + changes)

    static let email = Field("email", .email, required: true, "The address; compared without case.", example: "ann@example.org")

    /// All that can be said about a contact beside its address; absent and null leave what is there.
    static let changes: [Field] = [
        Field("status", .choice(SubscriptionStatus.self), "State of the client subscription.", example: "subscribed"),
        Field("verified", .boolean, "Whether the client's subscription is confirmed.", example: true),
        Field("tags", .list(of: .string), "Names of tags to add; slugs are made from them.", example: ["newsletter"]),
        Field("attributes", .freeObject, "Merged into the contact's attributes by key.", example: ["first_name": "Ann"]),
        Field("resubscribe", .boolean, "Needed to subscribe somebody who opted out."),
        Field("resubscribe_reason", .string(maximum: 1_000), "Why that is allowed; also accepted as `reason`."),
        Field("reason", .string(maximum: 1_000)),
        Field(
            "email_validation",
            .object(
                ObjectShape([
                    Field("status", .choice(EmailValidationStatus.self)),
                    Field("reason", .string(maximum: 1_000)),
                ])
            ),
            "What a validation of the address found."
        ),
    ]
}
