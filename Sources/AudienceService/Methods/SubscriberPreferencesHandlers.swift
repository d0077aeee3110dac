import Contracts
import JSONRPC
import Model
import Postgres

extension AudienceHandlers {
    func getSubscriberPreferences(_ request: GetSubscriberPreferences) async throws -> SubscriberPreferences {
        let found = try await database.first(SubscriberPreferencesRow(scope: request.scope, contactID: request.contactID))
        guard var preferences = found else { throw ValidationFailure.field("contact", "not_found") }
        let stored = try await database.run(PreferencesOfContact(scope: request.scope, contactID: request.contactID))
        let tags = Set(request.categoryTags.filter(CategoryRules.isTag)).union(stored.map(\.tag)).sorted()
        preferences.categories = Self.chosen(Array(tags.prefix(PutPreferences.maximumCategories)), of: stored)
        return preferences
    }

    func resubscribeContact(_ request: ResubscribeContact) async throws -> Empty {
        try Self.check(request)
        try await database.retriedTransaction { connection in
            try await Self.lock(request.scope, request.contactID, connection)
            // A consent that is stored was carried out, and the person may have changed their mind since.
            guard try await connection.execute(AddGivenConsent(request: request)) == 1 else { return }
            try await connection.pipeline(
                Self.resubscription(request) + [TouchContacts(now: request.occurredAt, ids: [request.contactID.rawValue])]
            )
        }
        return Empty()
    }

    func putSubscriberCategories(_ request: PutSubscriberCategories) async throws -> Empty {
        let categories = try CategoryRules.categories(request.categories)
        if let fault = TextRules.fault(request.reason) { throw ValidationFailure.field("reason", fault) }
        try await database.retriedTransaction { connection in
            try await Self.lock(request.scope, request.contactID, connection)
            try await connection.execute(
                UpsertPreferences(
                    scope: request.scope,
                    contactID: request.contactID,
                    categories: categories,
                    reason: request.reason,
                    now: Timestamp.now()
                )
            )
        }
        return Empty()
    }

    private static func lock(_ scope: AudienceScope, _ contactID: ContactID, _ connection: PostgresConnection) async throws {
        guard let known = try await connection.first(ScopeByIDs(scope: scope)), known.audienceSlug != nil, known.clientSlug != nil,
            try await connection.first(LockContact(organizationID: scope.organizationID, contactID: contactID)) != nil
        else { throw ValidationFailure.field("contact", "not_found") }
    }

    private static func resubscription(_ request: ResubscribeContact) -> [any Statement] {
        let (scope, contactID) = (request.scope, request.contactID)
        switch request.subscribeScope {
        case .client:
            return [
                EnsureMembership(audienceID: scope.audienceID, contactID: contactID),
                ConfirmSubscriptionRow(
                    scope: scope,
                    contactID: contactID,
                    source: "consent:\(request.consentID)",
                    consentedAt: request.occurredAt,
                    now: request.occurredAt
                ),
            ]
        case .audience:
            return [ResubscribeToAudience(audienceID: scope.audienceID, contactID: contactID, occurredAt: request.occurredAt)]
        case .global:
            return [
                ResubscribeGlobally(
                    contactID: contactID,
                    clientID: scope.clientID,
                    reason: request.wording,
                    source: request.source,
                    occurredAt: request.occurredAt
                )
            ]
        }
    }

    private static func check(_ request: ResubscribeContact) throws(ValidationFailure) {
        var faults: [String: String] = [:]
        if request.wording.allSatisfy(\.isWhitespace) { faults["wording"] = "required" }
        for (field, text) in [("wording", request.wording), ("source", request.source), ("requested_from", request.requestedFrom)] {
            if let fault = TextRules.fault(text) { faults[field] = fault }
        }
        if request.consentID < 1 { faults["consent"] = "invalid" }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
    }
}
