import Contracts
import JSONRPC
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
            let ending: [any Statement] =
                switch request.unsubscribeScope {
                case .client:
                    [
                        EnsureMembership(audienceID: scope.audienceID, contactID: request.contactID),
                        UnsubscribeClient(scope: scope, contactID: request.contactID, reason: reason, occurredAt: request.occurredAt),
                    ]
                case .audience:
                    [
                        UnsubscribeFromAudience(
                            audienceID: scope.audienceID,
                            contactID: request.contactID,
                            reason: reason,
                            occurredAt: request.occurredAt
                        )
                    ]
                case .global:
                    [UnsubscribeGlobally(contactID: request.contactID, reason: reason, occurredAt: request.occurredAt)]
                }
            try await connection.pipeline(ending)
        }
        return Empty()
    }
}
