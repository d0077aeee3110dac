import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `GET /api/contacts/explain`: may we mail, rule by rule.
enum ContactExplanationEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [explain(services)] }

    static func explain(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/explain",
            id: "explainContact",
            tag: .contacts,
            access: .key(.contactsRead),
            summary: "Why an address may be mailed or not, rule by rule.",
            details: "The rules stand in their order; the first that is not passed decides.",
            query: [Field("email", .string(maximum: 1_000), required: true, example: "ann@example.org")] + ObjectShape.scope + [
                Field("category_tag", .string(maximum: 200), "Also asks whether this category is wanted.", example: "news")
            ],
            answers: [.ok(payload.shape)]
        ) { call in
            let email = call.fields.string("email") ?? ""
            let tag = call.fields.string("category_tag") ?? ""
            let scope = try await call.audienceScope()
            let found = try await services.audience.answer(ExplainContact(scope: scope.ids, email: email, categoryTag: tag))
            return .json(payload.value(found))
        }
    }

    /// In the order of the rule (API.md section 2).
    static let marketingRules: [SkipReason] = [
        .hardBounce, .complaint, .globalUnsubscribe, .invalidEmail, .unverified, .audienceUnsubscribe, .clientUnsubscribe, .suppressed,
        .categoryDisabled,
    ]
    static let transactionalRules: [SkipReason] = [.hardBounce, .complaint, .globalUnsubscribe, .categoryDisabled]

    private static let payload = Payload<ContactExplanation>(
        "ContactExplanation",
        [
            .member("contact_id", .nullable(.id)) { $0.contact.contactID.map { .integer($0.rawValue) } ?? .null },
            .member("email", .string) { .string($0.contact.email) },
            .member("exists", .boolean) { .bool($0.contact.contactID != nil) },
            .member("audience", .string) { .string($0.contact.audience.slug) },
            .member("client", .string) { .string($0.contact.client.slug) },
            .member("can_send_marketing", .boolean) { .bool($0.marketingRefusals.isEmpty) },
            .member("can_send_transactional", .boolean) { .bool($0.transactionalRefusals.isEmpty) },
            .member("marketing_refusal", .nullable(.string), "The rule that decides.") {
                $0.marketingRefusals.first.map { .string($0.rawValue) } ?? .null
            },
            .member("transactional_refusal", .nullable(.string)) { $0.transactionalRefusals.first.map { .string($0.rawValue) } ?? .null },
            .member("marketing", .list(of: rule.shape)) { rules(marketingRules, $0.marketingRefusals, $0.facts) },
            .member("transactional", .list(of: rule.shape)) { rules(transactionalRules, $0.transactionalRefusals, $0.facts) },
            .member("consents", .list(of: consent.shape), "Wishes to be subscribed, and their confirmations.") {
                .array($0.consents.map(consent.value))
            },
        ]
    )

    private struct Rule: Sendable {
        var reason: SkipReason
        var isPassed: Bool
        var fact: RefusalFact?
    }

    /// A reason that is not one of the rules (an unknown address has no transactional one) is told all the same.
    private static func rules(_ rules: [SkipReason], _ refusals: [SkipReason], _ facts: [RefusalFact]) -> JSONValue {
        let all = rules + refusals.filter { !rules.contains($0) }
        return .array(
            all.map { reason in
                let isPassed = !refusals.contains(reason)
                return rule.value(Rule(reason: reason, isPassed: isPassed, fact: isPassed ? nil : facts.first { $0.reason == reason }))
            }
        )
    }

    private static let rule = Payload<Rule>(
        "ContactRule",
        [
            .member("rule", .string) { .string($0.reason.rawValue) }, .member("passed", .boolean) { .bool($0.isPassed) },
            .member("since", .nullable(.timestamp)) { ContactPayload.time($0.fact?.since) },
            .member("detail", .string) { .string($0.fact?.detail ?? "") },
        ]
    )

    private static let consent = Payload<ConsentRecord>(
        "Consent",
        [
            .member("wording", .string, "What the person agreed to.") { .string($0.wording) },
            .member("source", .string, "Where the form stood.") { .string($0.source) },
            .member("requested_at", .timestamp) { .string($0.requestedAt.iso8601) },
            .member("requested_from", .string, "A network, not an address.") { .string($0.requestedFrom) },
            .member("confirmed_at", .nullable(.timestamp)) { ContactPayload.time($0.confirmedAt) },
            .member("confirmed_from", .string) { .string($0.confirmedFrom) },
        ]
    )
}
