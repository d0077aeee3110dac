import Contracts
import Email
import JSONRPC
import Model
import Postgres

extension AudienceHandlers {
    func unsubscribeContact(_ request: UnsubscribeContact) async throws -> Empty {
        let scope = request.scope
        let reason = String(request.reason.filter { $0 != "\0" }.prefix(250))
        try await database.retriedTransaction { connection in
            // A contact that is gone, or of another organization, has nothing here that could be ended.
            guard try await connection.first(ScopeByIDs(scope: scope)).map({ $0.audienceSlug != nil && $0.clientSlug != nil }) == true,
                try await connection.first(LockContact(organizationID: scope.organizationID, contactID: request.contactID)) != nil
            else { return }
            // Told late, by a spool or a queue: what the person said after it counts.
            let younger = YoungerConsent(
                scope: scope,
                contactID: request.contactID,
                unsubscribeScope: request.unsubscribeScope,
                occurredAt: request.occurredAt
            )
            guard try await connection.first(younger) == nil else { return }
            try await connection.end(request.unsubscribeScope, scope, request.contactID, reason: reason, at: request.occurredAt)
        }
        return Empty()
    }

    func unsubscribeAddress(_ request: UnsubscribeAddress) async throws -> ContactStatus {
        let address = try AddressRules.address(request.email)
        if let fault = TextRules.fault(request.reason) { throw ValidationFailure.field("reason", fault) }
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(request.scope, connection)
            let writer = ContactWriter(
                known: known,
                merge: ContactMerge(now: now, source: "unsubscribe"),
                importJobID: nil,
                dryRun: false,
                connection: connection
            )
            let outcome = try await writer.apply([ContactPatch(address)], tags: TagIDs(sets: [[]])).first
            // Nobody mails an erased person, and nothing about them is stored again.
            if case .erased? = outcome?.action { return ContactStatus(unknown: address.normalized, in: known) }
            guard let id = outcome?.contactID,
                try await connection.first(LockContact(organizationID: request.scope.organizationID, contactID: ContactID(id))) != nil
            else { throw ContactVanished() }
            let isChanged = try await connection.end(
                request.unsubscribeScope,
                request.scope,
                ContactID(id),
                reason: request.reason,
                at: now
            )
            if isChanged { try await connection.execute(TouchContacts(now: now, ids: [id])) }
            guard let stored = try await connection.first(ContactStatusesByID(scope: request.scope, ids: [id])) else {
                throw ContactVanished()
            }
            return stored.named(known)
        }
    }
}

extension PostgresConnection {
    /// Ends subscriptions of a contact whose lock the caller holds; the first time and reason stay.
    /// - Returns: whether anything changed.
    @discardableResult
    fileprivate func end(
        _ unsubscribeScope: UnsubscribeScope,
        _ scope: AudienceScope,
        _ contactID: ContactID,
        reason: String,
        at moment: Timestamp
    ) async throws -> Bool {
        let statements: [any Statement] =
            switch unsubscribeScope {
            case .client:
                [
                    EnsureMembership(audienceID: scope.audienceID, contactID: contactID),
                    UnsubscribeClient(scope: scope, contactID: contactID, reason: reason, occurredAt: moment),
                ]
            case .audience:
                [UnsubscribeFromAudience(audienceID: scope.audienceID, contactID: contactID, reason: reason, occurredAt: moment)]
            case .global:
                [
                    RecordSuppressionChange(
                        contactID: contactID,
                        clientID: scope.clientID,
                        change: SuppressionChange(on: [SuppressionKind.globalUnsubscribe.rawValue], reason: reason, source: "unsubscribe"),
                        now: moment
                    ),
                    UnsubscribeGlobally(contactID: contactID, reason: reason, occurredAt: moment),
                ]
            }
        return try await pipeline(statements).last != 0
    }
}
