import Contracts
import Cryptography
import Email
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension AudienceHandlers {
    /// How long the answer waits for the other services; the outbox goes on without it.
    static let erasurePatience = Duration.seconds(3)

    /// Erases here in one transaction, which also holds the news for the others: killed at any moment, either nothing happened or all of it
    /// will.
    func eraseContact(_ request: EraseContact) async throws -> ErasedContact {
        let address = try AddressRules.address(request.email)
        let email = address.normalized
        let erased = try await database.retriedTransaction { connection -> ContactID? in
            _ = try await KnownClient.find(request.scope, connection)
            return try await erase(email, request.scope, connection)
        }
        guard let erased else {
            return ErasedContact(email: email, contactID: nil, counts: ErasureCounts.none, pending: [])
        }
        AudienceNews.outbox.wake()
        return try await answer(email, request.scope.organizationID, erased)
    }

    private func erase(_ email: String, _ scope: ClientScope, _ connection: PostgresConnection) async throws -> ContactID? {
        let organizationID = scope.organizationID
        let known = try await connection.first(ContactIDByEmail(organizationID: organizationID, email: email))
        guard let known else { return nil }
        guard let id = try await connection.first(LockContactByEmail(organizationID: organizationID, email: email)), id == known else {
            throw ContactVanished()
        }
        try await leaveTombstone(email, organizationID, connection)
        // Contacts first, then the lists' trees: the order of everybody who changes both.
        let members = try await ListErasure.erase(id, of: organizationID, connection)
        let rows = try await connection.first(DeleteContactRows(organizationID: organizationID, contactID: id))
        let counts = ErasureCounts.ofAudience(rows, members: Int64(members))
        try await connection.pipeline([
            EraseImportSeen(organizationID: organizationID, email: email), EraseImportResults(organizationID: organizationID, email: email),
            EraseListImportRows(organizationID: organizationID, email: email),
            DeleteContact(organizationID: organizationID, contactID: id), AddErasure(scope: scope, contactID: id, counts: counts),
        ])
        let outbox = AudienceNews.outbox
        try await outbox.add(EraseContactRecipients(organizationID: organizationID, contactID: id), to: .campaign, in: connection)
        let messages = EraseContactMessages(organizationID: organizationID, contactID: id, email: email)
        try await outbox.add(messages, to: .delivery, in: connection)
        try await outbox.add(EraseContactEvents(organizationID: organizationID, contactID: id), to: .tracking, in: connection)
        return id
    }

    private func leaveTombstone(_ email: String, _ organizationID: OrganizationID, _ connection: PostgresConnection) async throws {
        guard let text = try await connection.first(TombstoneKey(organizationID: organizationID)), let key = Hexadecimal.decode(text) else {
            throw ContactVanished()
        }
        let hash = Hexadecimal.encode(HMACSHA256.Key(key).authenticationCode(for: Array(email.utf8)))
        try await connection.execute(AddTombstone(organizationID: organizationID, emailHash: hash))
    }

    /// Waits until every service has answered, or patience ends.
    private func answer(_ email: String, _ organizationID: OrganizationID, _ contactID: ContactID) async throws -> ErasedContact {
        let end = ContinuousClock.now + Self.erasurePatience
        var pause = Duration.milliseconds(5)
        while true {
            let stored = try await database.first(ErasureByContact(organizationID: organizationID, contactID: contactID))
            let answer = ErasureCounts.answer(email, contactID, stored)
            guard !answer.pending.isEmpty, ContinuousClock.now < end else { return answer }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}

/// Takes the answers of the services to an erasure out of the outbox.
enum ErasureAnswers {
    /// In the transaction that also deletes the outbox item.
    static func take(_ method: String, _ params: RawJSONText, _ result: RawJSONText, _ transaction: PostgresConnection) async throws {
        let service: String
        switch method {
        case EraseContactRecipients.name: service = "campaign"
        case EraseContactMessages.name: service = "delivery"
        case EraseContactEvents.name: service = "tracking"
        default: return
        }
        guard let call = try? JSONValue.parse(params.text), let organizationID = call["organizationID"]?.int64Value,
            let contactID = call["contactID"]?.int64Value
        else { return }
        try await transaction.execute(
            RecordErasureAnswer(
                organizationID: OrganizationID(organizationID),
                contactID: ContactID(contactID),
                service: service,
                answer: result
            )
        )
    }
}
