import Contracts
import Model
import Postgres

extension AudienceHandlers {
    func getContact(_ request: GetContact) async throws -> ContactStatus {
        let known = try await KnownScope.find(request.scope, database)
        let stored = try await database.first(ContactStatusesByID(scope: request.scope, ids: [request.contactID.rawValue]))
        guard let stored, stored.status.client.status != nil else { throw ValidationFailure.field("contact_id", "not_found") }
        return stored.named(known)
    }

    func setContactVerification(_ request: SetContactVerification) async throws -> ContactStatus {
        let now = Timestamp.now()
        return try await change(request.scope, request.contactID) { contact, connection in
            let changed = try await connection.pipeline([
                VerifyContact(contactID: request.contactID, verified: request.verified, givenAt: request.verifiedAt, now: now),
                VerifySubscription(
                    scope: request.scope,
                    contactID: request.contactID,
                    verified: request.verified,
                    at: request.verifiedAt ?? now
                ),
            ])
            if changed == [0, 1] { try await connection.execute(TouchContacts(now: now, ids: [request.contactID.rawValue])) }
        }
    }

    func setContactValidation(_ request: SetContactValidation) async throws -> ContactStatus {
        if let fault = request.reason.flatMap(TextRules.fault) { throw ValidationFailure.field("reason", fault) }
        return try await change(request.scope, request.contactID) { contact, _ in
            var patch = ContactPatch(email: contact.email)
            patch.validationStatus = request.status
            patch.validationReason = request.reason
            patch.validatedAt = request.validatedAt
            try await contact.apply(patch)
        }
    }

    func setContactSuppression(_ request: SetContactSuppression) async throws -> ContactStatus {
        if let fault = TextRules.fault(request.reason) { throw ValidationFailure.field("reason", fault) }
        var suppression = SuppressionChange(reason: request.reason)
        suppression.set(.hardBounce, request.hardBounced)
        suppression.set(.complaint, request.complained)
        suppression.set(.globalUnsubscribe, request.globalUnsubscribed)
        return try await change(request.scope, request.contactID) { [suppression] _, connection in
            try await connection.suppress(request.contactID, suppression, clientID: request.scope.clientID)
        }
    }

    func setContactTags(_ request: SetContactTags) async throws -> ContactStatus {
        var tagSets = TagSets()
        let set = try TagNames.set(request.tags, field: request.change == .replace ? "tags" : "tag_slug", &tagSets)
        return try await change(request.scope, request.contactID) { [tagSets] contact, connection in
            let tags = try await TagIDs.resolve(
                tagSets,
                audienceID: request.scope.audienceID,
                adds: request.change != .remove,
                connection
            )
            let changed = try await connection.execute(
                ChangeTags(
                    audienceID: request.scope.audienceID,
                    contactID: request.contactID,
                    change: request.change,
                    tagIDs: tags.sets[set]
                )
            )
            if changed > 0 { try await connection.execute(TouchContacts(now: contact.merge.now, ids: [request.contactID.rawValue])) }
        }
    }

    /// Changes a contact under its lock, and says how it is then.
    ///
    /// - Throws: `contact_id: not_found` for one that the client has no subscription of in the audience.
    private func change(
        _ scope: AudienceScope,
        _ contactID: ContactID,
        _ body: (LockedContact, PostgresConnection) async throws -> Void
    ) async throws -> ContactStatus {
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(scope, connection)
            guard let email = try await connection.first(LockSubscribedContact(scope: scope, contactID: contactID)) else {
                throw ValidationFailure.field("contact_id", "not_found")
            }
            let merge = ContactMerge(now: now, source: "api")
            try await body(LockedContact(email: email, known: known, merge: merge, connection: connection), connection)
            let stored = try await connection.first(ContactStatusesByID(scope: scope, ids: [contactID.rawValue]))
            guard let stored else { throw ContactVanished() }
            return stored.named(known)
        }
    }
}

/// A contact whose lock this transaction holds.
private struct LockedContact {
    let email: String
    let known: KnownScope
    let merge: ContactMerge
    let connection: PostgresConnection

    /// Writes what a patch says about it.
    func apply(_ patch: ContactPatch) async throws {
        let writer = ContactWriter(known: known, merge: merge, importJobID: nil, dryRun: false, connection: connection)
        _ = try await writer.apply([patch], tags: TagIDs(sets: [[]]))
    }
}

extension PostgresConnection {
    /// Changes a contact's suppression and records it; the caller holds the contact's lock.
    func suppress(_ contactID: ContactID, _ change: SuppressionChange, clientID: ClientID?, now: Timestamp = .now()) async throws {
        guard !change.isEmpty else { return }
        let recorded = try await execute(RecordSuppressionChange(contactID: contactID, clientID: clientID, change: change, now: now))
        if recorded > 0 { try await execute(SetSuppression(contactID: contactID, change: change, now: now)) }
    }
}
