import Contracts
import Postgres

/// A scope that names no client of its organization, from a caller that should know better.
struct UnknownClient: Error {}

extension AudienceHandlers {
    func getSenders(_ request: GetSenders) async throws -> ClientSenders {
        try await senders(of: request.scope, database)
    }

    func putSenders(_ request: PutSenders) async throws -> ClientSenders {
        let faults = SenderRules.faults(request.senders, defaultSenderID: request.defaultSenderID)
        guard faults.isEmpty, let defaultSenderID = request.defaultSenderID else { throw ValidationFailure(faults) }
        return try await database.retriedTransaction { connection in
            try await replaceSenders(of: request.scope, with: request.senders, defaultSenderID: defaultSenderID, connection)
            return try await senders(of: request.scope, connection)
        }
    }

    func replaceSenders(
        of scope: ClientScope,
        with senders: [Sender],
        defaultSenderID: String,
        _ connection: PostgresConnection
    ) async throws {
        guard try await connection.first(LockClient(scope: scope)) != nil else { throw ValidationFailure.field("client", "not_found") }
        var statements: [any Statement] = [DeleteSenders(clientID: scope.clientID)]
        for (position, sender) in senders.enumerated() {
            statements.append(AddSender(clientID: scope.clientID, sender: sender, position: Int32(clamping: position)))
        }
        statements.append(SetDefaultSender(clientID: scope.clientID, senderID: defaultSenderID))
        try await connection.pipeline(statements)
    }

    private func senders(of scope: ClientScope, _ executor: some PostgresExecutor) async throws -> ClientSenders {
        guard let found = try await executor.first(ClientByID(scope: scope)) else { throw UnknownClient() }
        let senders = try await executor.run(SendersOfClient(clientID: scope.clientID))
        return ClientSenders(client: found.client, defaultSenderID: found.defaultSenderID, senders: senders)
    }
}
