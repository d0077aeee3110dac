import Contracts
import Model
import Postgres

extension AudienceHandlers {
    func subscribeContact(_ request: SubscribeContact) async throws -> ContactStatus {
        var tagSets = TagSets()
        let patch = try UpsertRules.patch(Self.change(request), tagSets: &tagSets)
        let now = Timestamp.now()
        return try await database.retriedTransaction { [tagSets] connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(request.scope, connection)
            let writer = ContactWriter(
                known: known,
                merge: ContactMerge(now: now, source: "api"),
                importJobID: nil,
                dryRun: false,
                connection: connection
            )
            let tags = try await TagIDs.resolve(tagSets, audienceID: request.scope.audienceID, adds: true, connection)
            let outcome = try await writer.apply([patch], tags: tags).first
            if let refusal = outcome?.refusal { throw refusal }
            guard let id = outcome?.contactID else { throw ContactVanished() }
            try await Self.widen(request, ContactID(id), now, connection)
            guard let stored = try await connection.first(ContactStatusesByID(scope: request.scope, ids: [id])) else {
                throw ContactVanished()
            }
            return stored.named(known)
        }
    }

    private static func change(_ request: SubscribeContact) -> ContactChange {
        var change = ContactChange(email: request.email)
        change.status = .subscribed
        change.verified = true
        change.tags = request.tags
        change.resubscribe = request.resubscribe
        change.resubscribeReason = request.reason
        return change
    }

    /// What a scope beyond the client's adds.
    private static func widen(
        _ request: SubscribeContact,
        _ contactID: ContactID,
        _ now: Timestamp,
        _ connection: PostgresConnection
    ) async throws {
        guard request.subscribeScope != .client,
            try await connection.first(LockContact(organizationID: request.scope.organizationID, contactID: contactID)) != nil
        else { return }
        try await connection.execute(
            SubscribeToAudience(
                audienceID: request.scope.audienceID,
                contactID: contactID,
                revives: request.resubscribe,
                now: now
            )
        )
        guard request.subscribeScope == .global, request.resubscribe else { return }
        let change = SuppressionChange(off: [SuppressionKind.globalUnsubscribe.rawValue], reason: request.reason, source: "resubscribe")
        try await connection.suppress(contactID, change, clientID: request.scope.clientID, now: now)
    }
}
