import Contracts
import Email
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension AudienceHandlers {
    /// Unconfirmed requests of one contact that are mailed within an hour; more of them is somebody who fills a stranger's mailbox.
    static let maximumRequestsPerHour = 5
    static let requestDays = 7

    func requestSubscription(_ request: RequestSubscription) async throws -> RequestedSubscription {
        var tagSets = TagSets()
        var change = ContactChange(email: request.email)
        change.tags = request.tags
        change.attributes = request.attributes
        let patch = try UpsertRules.patch(change, tagSets: &tagSets)
        try Self.check(request)
        let now = Timestamp.now()
        let requested = try await database.retriedTransaction { [tagSets] connection in
            try await connection.execute(PlanByKeys())
            let known = try await KnownScope.find(request.scope, connection)
            let writer = ContactWriter(
                known: known,
                merge: ContactMerge(now: now, source: "request"),
                importJobID: nil,
                dryRun: false,
                connection: connection
            )
            let tags = try await TagIDs.resolve(tagSets, audienceID: request.scope.audienceID, adds: true, connection)
            let outcome = try await writer.apply([patch], tags: tags).first
            if let refusal = outcome?.refusal { throw refusal }
            guard let id = outcome?.contactID.map({ ContactID($0) }),
                try await connection.first(LockContact(organizationID: request.scope.organizationID, contactID: id)) != nil,
                let stored = try await connection.first(ContactStatusesByID(scope: request.scope, ids: [id.rawValue]))
            else { throw ContactVanished() }
            let contact = stored.named(known)
            let isMailed = try await store(request, of: contact, id, known, now, connection)
            return RequestedSubscription(contact: contact, isMailed: isMailed)
        }
        AudienceNews.outbox.wake()
        return requested
    }

    /// Stores the consent and, in the same transaction, the mail.
    private func store(
        _ request: RequestSubscription,
        of contact: ContactStatus,
        _ contactID: ContactID,
        _ known: KnownScope,
        _ now: Timestamp,
        _ connection: PostgresConnection
    ) async throws -> Bool {
        let recent = try await connection.first(RecentRequests(contactID: contactID, now: now)) ?? 0
        let isMailed = contact.transactionalRefusal == nil && !contact.globalUnsubscribed && recent < Self.maximumRequestsPerHour
        let added = try await connection.execute(
            AddConsent(request: request, contactID: contactID, requestedAt: now, days: Self.requestDays)
        )
        guard added == 1, isMailed else { return isMailed }
        let mail = request.mail(to: contact.email, audience: known.audienceSlug, client: known.clientSlug)
        let scope = ClientScope(organizationID: request.scope.organizationID, clientID: request.scope.clientID)
        try await AudienceNews.outbox.add(SendTransactional(scope: scope, message: mail), to: .delivery, in: connection)
        return true
    }

    private static func check(_ request: RequestSubscription) throws(ValidationFailure) {
        var faults: [String: String] = [:]
        if request.wording.allSatisfy(\.isWhitespace) {
            faults["wording"] = "required"
        } else if request.wording.utf8.count > 8_000 {
            faults["wording"] = "too_long"
        } else if !TextRules.isStorable(request.wording) {
            faults["wording"] = "invalid"
        }
        if let fault = TextRules.fault(request.source) { faults["source"] = fault }
        if let fault = TextRules.fault(request.requestedFrom) { faults["ip_address"] = fault }
        if request.requestID < 1 { faults["request"] = "invalid" }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
    }
}
