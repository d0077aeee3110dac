import Contracts
import Email
import Model
import Postgres

extension AudienceHandlers {
    func listSuppressions(_ request: ListSuppressions) async throws -> SuppressionPage {
        guard (1...ListSuppressions.maximumLimit).contains(request.limit) else {
            throw ValidationFailure.field("limit", "must_be_between_1_and_\(ListSuppressions.maximumLimit)")
        }
        _ = try await KnownClient.find(request.scope, database)
        let rows = try await database.run(
            SuppressionRows(
                organizationID: request.scope.organizationID,
                kind: request.kind,
                after: request.after,
                limit: request.limit + 1
            )
        )
        let page = Array(rows.prefix(request.limit))
        return SuppressionPage(suppressions: page, next: rows.count > request.limit ? page.last?.contactID : nil)
    }

    func addSuppression(_ request: AddSuppression) async throws -> Suppression {
        let address = try AddressRules.address(request.email)
        try Self.checkReason(request.reason)
        let now = Timestamp.now()
        return try await database.retriedTransaction { connection in
            let known = try await KnownClient.find(request.scope, connection)
            let organizationID = request.scope.organizationID
            let lock = LockContactByEmail(organizationID: organizationID, email: address.normalized)
            var found = try await connection.first(lock)
            if found == nil {
                if try await known.isErased(address.normalized, connection) { throw ValidationFailure.field("email", "erased") }
                try await connection.execute(
                    InsertBareContact(
                        organizationID: organizationID,
                        email: address.normalized,
                        original: address.original == address.normalized ? "" : address.original,
                        now: now
                    )
                )
                found = try await connection.first(lock)
            }
            guard let id = found else { throw ContactVanished() }
            let change = SuppressionChange(on: [request.kind.rawValue], reason: request.reason)
            try await connection.suppress(id, change, clientID: request.scope.clientID, now: now)
            return try await connection.suppression(organizationID, id)
        }
    }

    func removeSuppression(_ request: RemoveSuppression) async throws -> Suppression {
        let address = try AddressRules.address(request.email)
        try Self.checkReason(request.reason)
        let kinds = request.kind.map { [$0] } ?? SuppressionKind.allCases
        return try await database.retriedTransaction { connection in
            _ = try await KnownClient.find(request.scope, connection)
            let organizationID = request.scope.organizationID
            let lock = LockContactByEmail(organizationID: organizationID, email: address.normalized)
            guard let id = try await connection.first(lock) else { throw ValidationFailure.field("email", "not_found") }
            let change = SuppressionChange(off: kinds.map(\.rawValue), reason: request.reason)
            try await connection.suppress(id, change, clientID: request.scope.clientID)
            return try await connection.suppression(organizationID, id)
        }
    }

    private static func checkReason(_ reason: String) throws(ValidationFailure) {
        if reason.allSatisfy(\.isWhitespace) { throw .field("reason", "required") }
        if let fault = TextRules.fault(reason) { throw .field("reason", fault) }
    }
}

extension PostgresConnection {
    fileprivate func suppression(_ organizationID: OrganizationID, _ contactID: ContactID) async throws -> Suppression {
        guard let found = try await first(SuppressionOfContact(organizationID: organizationID, contactID: contactID)) else {
            throw ContactVanished()
        }
        return found
    }
}
