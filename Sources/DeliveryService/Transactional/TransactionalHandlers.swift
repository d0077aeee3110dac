import Contracts
import JSONRPC
import Model
import Postgres

/// The methods around transactional messages.
struct TransactionalHandlers: Sendable {
    let database: PostgresPool
    let intake: TransactionalIntake

    func register(in methods: inout RPCMethodTable) {
        methods.on(SendTransactional.self) { call, _ in
            try await Self.reported { try await intake.accept(call.message, scope: call.scope, dryRun: call.dryRun) }
        }
        methods.on(SendTransactionalBatch.self) { call, _ in try await sendBatch(call) }
        methods.on(GetTransactionalMessage.self) { call, _ in try await detail(call.scope, call.messageID) }
        methods.on(CancelTransactionalMessage.self) { call, _ in try await cancel(call) }
        methods.on(ContactMessages.self) { call, _ in try await contactMessages(call) }
        methods.on(ExportContactMessages.self) { call, _ in try await exportMessages(call) }
        methods.on(EraseContactMessages.self) { call, _ in try await erase(call) }
    }

    private func sendBatch(_ call: SendTransactionalBatch) async throws -> TransactionalReceipts {
        guard call.messages.count <= SendTransactionalBatch.maximumMessages else { throw ValidationFailure.field("messages", "too_many") }
        return try await Self.reported {
            TransactionalReceipts(results: try await intake.acceptAll(call.messages, scope: call.scope))
        }
    }

    private func detail(_ scope: ClientScope, _ id: TransactionalMessageID) async throws -> TransactionalMessageDetail {
        guard let message = try await database.first(MessageByID(clientID: scope.clientID, id: id)) else {
            throw ValidationFailure.field("message_id", "not_found")
        }
        return TransactionalMessageDetail(message: message, events: try await database.run(MessageEventRows(messageID: id)))
    }

    private func cancel(_ call: CancelTransactionalMessage) async throws -> TransactionalMessageDetail {
        let isCancelled = try await database.first(CancelMessage(clientID: call.scope.clientID, id: call.messageID)) != nil
        let found = try await detail(call.scope, call.messageID)
        guard isCancelled || found.message.status == .cancelled else { throw ValidationFailure.field("status", "not_cancellable") }
        return found
    }

    private func contactMessages(_ call: ContactMessages) async throws -> TransactionalMessagePage {
        let rows = ContactMessageRows(
            scope: call.scope,
            contactID: call.contactID,
            before: call.before?.rawValue ?? Int64.max,
            limit: min(max(call.limit, 1), 1_000)
        )
        return TransactionalMessagePage(messages: try await database.run(rows))
    }

    func erase(_ call: EraseContactMessages) async throws -> ErasedMessages { try await MessageErasure(database: database).erase(call) }

    func exportMessages(_ call: ExportContactMessages) async throws -> ExportedMessagePage {
        let before = call.before?.rawValue ?? Int64.max
        let rows = try await database.run(
            ExportMessageRows(organizationID: call.organizationID, contactID: call.contactID, before: before)
        )
        let messages = rows.prefix(ExportMessageRows.pageSize).map(\.message)
        let isLast = (rows.first?.pageCount ?? 0) == Int64(messages.count)
        return ExportedMessagePage(messages: messages, next: isLast ? nil : messages.last?.message.id)
    }

    /// What this service lacks for the moment is told as such.
    private static func reported<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as RPCCallError<NoFailure> {
            switch error {
            case .unavailable, .timedOut, .cancelled: throw IntakeUnavailable()
            case .failed, .refused, .protocolViolation: throw error
            }
        } catch is GroupCommit<PendingSend, TransactionalReceipt>.Overloaded {
            throw IntakeUnavailable()
        }
    }
}

/// Audience is away, or more waits than can be accepted: the same request may come again.
struct IntakeUnavailable: RPCUnavailability {
    var isUnavailable: Bool { true }
}
