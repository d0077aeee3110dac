import Contracts
import Logging
import Model
import Postgres

/// A message, still without its content, with its queue entry.
struct TransactionalWork: Sendable {
    var id: Int64
    var recipientCount: Int
    var bytes: Int
    var message: ReceivedMessage
}

extension TransactionalWindow {
    /// Those that can be sent now; the others are finished or put off.
    func due(_ messages: [ReceivedMessage]) async throws -> [TransactionalWork] {
        var ids: [Int64: ReceivedMessage] = [:]
        var finished: [ReceivedMessage] = []
        for message in messages {
            do {
                let id = try TransactionalEmailMessage(body: message.body).messageID
                // A second entry for the same message has nothing to add.
                if ids[id] == nil { ids[id] = message } else { finished.append(message) }
            } catch {
                try await queue.bury(message, reason: error.description)
            }
        }
        let rows = try await database.run(WeighMessages(ids: ids.keys.sorted()))
        var due: [TransactionalWork] = []
        var later: [Int64: [ReceivedMessage]] = [:]
        for row in rows {
            guard let message = ids.removeValue(forKey: row.id) else { continue }
            switch row.status {
            case "queued" where row.waitSeconds <= 0.5:
                due.append(TransactionalWork(id: row.id, recipientCount: row.recipientCount, bytes: row.bytes, message: message))
            case "queued": later[Int64(min(row.waitSeconds.rounded(.up), 900)), default: []].append(message)
            case "sending" where row.deadlineSeconds > 0: later[Int64(row.deadlineSeconds.rounded(.up)) + 1, default: []].append(message)
            case "sending":
                try await database.execute(SettleOverdueMessages(ids: [row.id]))
                finished.append(message)
            default: finished.append(message)
            }
        }
        // What is left has no row: nothing that anybody could send.
        try await queue.deleteAll(finished + ids.values)
        for (delay, messages) in later { try await putOff(messages, seconds: delay) }
        return due
    }

    /// New entries instead of longer leases: they do not count towards the receive limit.
    func putOff(_ messages: [ReceivedMessage], seconds: Int64) async throws {
        guard !messages.isEmpty else { return }
        try await queue.send(.transactionalEmail, bodies: messages.map(\.body), delay: .seconds(seconds))
        try await queue.deleteAll(messages)
    }
}
