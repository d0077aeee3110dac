import Contracts
import Email
import Model
import Postgres

extension AudienceHandlers {
    func explainContact(_ request: ExplainContact) async throws -> ContactExplanation {
        let address = try AddressRules.address(request.email)
        let tag = CategoryRules.tag(request.categoryTag)
        guard tag.isEmpty || CategoryRules.isTag(tag) else { throw ValidationFailure.field("category_tag", "invalid") }
        return try await database.transaction { connection in
            let known = try await KnownScope.find(request.scope, connection)
            let stored = try await connection.first(ContactStatusByEmail(scope: request.scope, email: address.normalized))
            guard let contact = stored?.named(known), let id = contact.contactID,
                let row = try await connection.first(ExplainRow(scope: request.scope, contactID: id, categoryTag: tag))
            else { return ContactExplanation(nobody: ContactStatus(unknown: address.normalized, in: known)) }
            let marketing = row.marketing.map { SkipReason(rawValue: $0) ?? .suppressed }
            // A global unsubscribe blocks transactional mail of a category only (API.md section 2).
            let transactional = row.transactional.map { SkipReason(rawValue: $0) ?? .suppressed }
                .filter { !tag.isEmpty || $0 != .globalUnsubscribe }
            return ContactExplanation(
                contact: contact,
                marketingRefusals: marketing,
                transactionalRefusals: transactional,
                facts: SkipReason.allCases
                    .filter { marketing.contains($0) || transactional.contains($0) }
                    .map { RefusalFact($0, contact, row) },
                consents: try await connection.run(ConsentsOfContact(scope: request.scope, contactID: id))
            )
        }
    }
}

extension ContactExplanation {
    /// About an address that nobody has stored: no consent, so no mail.
    fileprivate init(nobody contact: ContactStatus) {
        self.init(
            contact: contact,
            marketingRefusals: [.suppressed],
            transactionalRefusals: [.suppressed],
            facts: [RefusalFact(reason: .suppressed, since: nil, detail: "no such contact")],
            consents: []
        )
    }
}

extension RefusalFact {
    fileprivate init(_ reason: SkipReason, _ contact: ContactStatus, _ row: ExplainRow.Output) {
        func entry(_ kind: SuppressionKind) -> (Timestamp?, String) {
            let found = row.suppression.entries.first { $0.kind == kind }
            return (found?.since, found?.reason ?? "")
        }
        let (since, detail): (Timestamp?, String) =
            switch reason {
            case .hardBounce: entry(.hardBounce)
            case .complaint: entry(.complaint)
            case .globalUnsubscribe: entry(.globalUnsubscribe)
            case .invalidEmail:
                (
                    contact.validatedAt,
                    contact.validationStatus.rawValue + (contact.validationReason.isEmpty ? "" : ": " + contact.validationReason)
                )
            case .unverified: (nil, "verified neither as a contact, nor in the audience, nor for the client")
            case .audienceUnsubscribe: (contact.audience.unsubscribedAt, contact.audience.unsubscribeReason)
            case .clientUnsubscribe: (contact.client.unsubscribedAt, contact.client.unsubscribeReason)
            case .suppressed: (nil, contact.client.status.map { "the subscription is \($0.rawValue)" } ?? "no subscription of the client")
            case .categoryDisabled: (row.categoryChangedAt, row.categoryReason)
            case .duplicate, .campaignCancelled: (nil, "")
            }
        self.init(reason: reason, since: since, detail: detail)
    }
}
