import Contracts
import Model
import Postgres

extension AudienceHandlers {
    func getSubscriptionRequest(_ request: GetSubscriptionRequest) async throws -> SubscriptionRequest {
        guard let found = try await database.first(ConsentByID(id: request.requestID)) else {
            throw ValidationFailure.field("request", "not_found")
        }
        return found.request
    }

    func confirmSubscription(_ request: ConfirmSubscription) async throws -> SubscriptionRequest {
        let now = Timestamp.now()
        let from = String(request.confirmedFrom.filter { $0 != "\0" }.prefix(64))
        return try await database.retriedTransaction { connection in
            guard let found = try await connection.first(ConsentByID(id: request.requestID)),
                try await connection.first(LockContact(organizationID: found.scope.organizationID, contactID: found.contactID)) != nil
            else { throw ValidationFailure.field("request", "not_found") }
            if found.request.isConfirmed { return found.request }
            if found.request.isExpired { throw ValidationFailure.field("request", "expired") }
            let confirmed = try await connection.execute(ConfirmConsent(id: request.requestID, from: from, now: now))
            if confirmed == 1 {
                try await connection.pipeline([
                    EnsureMembership(audienceID: found.scope.audienceID, contactID: found.contactID),
                    ConfirmSubscriptionRow(
                        scope: found.scope,
                        contactID: found.contactID,
                        source: "double opt-in:\(found.id)",
                        consentedAt: found.requestedAt,
                        now: now
                    ),
                    VerifyContact(contactID: found.contactID, verified: true, givenAt: nil, now: now),
                    TouchContacts(now: now, ids: [found.contactID.rawValue]),
                ])
            }
            guard let after = try await connection.first(ConsentByID(id: request.requestID)) else { throw ContactVanished() }
            return after.request
        }
    }
}
