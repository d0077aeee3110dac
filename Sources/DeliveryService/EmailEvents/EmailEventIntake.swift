import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import ServiceRuntime
import Tokens

/// Takes the events of the queue `email-events`, each once by its id: counts those of transactional messages and hands all to Tracking.
struct EmailEventIntake: QueueIntake {
    let campaign: any RPCCaller
    let database: PostgresPool
    let outbox: Outbox
    let verifier: TokenVerifier

    var queueName: QueueName { .emailEvents }

    func read(body: String, now: Timestamp) throws(InvalidBody) -> IntakeReading<EmailEvent> {
        .item(try EmailEventMessage.read(body: body, verifier: verifier))
    }

    func run(_ events: [EmailEvent]) async throws -> [IntakeEnding] {
        let messages = try await messages(of: events)
        let recipients = try await recipients(of: events)
        let isKnown = events.map { item in
            item.event.messageKind == .transactional ? messages.contains(item.event.messageID) : recipients.contains(item.event.messageID)
        }
        let known = zip(events, isKnown).filter(\.1).map(\.0.event)
        if !known.isEmpty {
            try await database.transaction { transaction in
                let fresh = Set(try await transaction.run(TakeEmailEvents(eventIDs: known.map(\.eventID))))
                let firsts = known.uniqued.filter { fresh.contains($0.eventID) }
                guard !firsts.isEmpty else { return }
                try await transaction.execute(CountMessageActivity(firsts.filter { $0.messageKind == .transactional }))
                try await outbox.add(RecordEvents(events: firsts), to: .tracking, in: transaction)
            }
            outbox.wake()
        }
        return zip(events, isKnown).map { item, isKnown in
            isKnown ? .done : .unmatched(reason: "no such \(item.event.messageKind.rawValue) message: \(item.event.messageID)")
        }
    }

    private func messages(of events: [EmailEvent]) async throws -> Set<Int64> {
        let ids = Set(events.filter { $0.event.messageKind == .transactional }.map(\.event.messageID))
        guard !ids.isEmpty else { return [] }
        return Set(try await database.run(TransactionalOwners(messageIDs: ids.sorted())).map(\.messageID))
    }

    /// A token was signed for a row; an id alone may be anything, and Tracking must not log what Campaign cannot count.
    private func recipients(of events: [EmailEvent]) async throws -> Set<Int64> {
        let rows = events.filter { $0.event.messageKind == .campaign }
        var known = Set(rows.filter(\.isSigned).map(\.event.messageID))
        for id in Set(rows.filter { !$0.isSigned }.map(\.event.messageID)).subtracting(known) {
            do {
                _ = try await campaign.call(Contracts.RecipientContext(recipientID: RecipientID(id)))
                known.insert(id)
            } catch {
                switch error {
                case .failed(.notFound): break
                case .unavailable, .timedOut, .cancelled: throw IntakeUnavailable()
                case .refused, .protocolViolation: throw error
                }
            }
        }
        return known
    }
}

/// An event with what is known about whose it is.
struct EmailEvent: Equatable, Sendable {
    var event: TrackingEvent
    /// A token of ours says so.
    var isSigned: Bool
}

extension [TrackingEvent] {
    /// The first of each id.
    fileprivate var uniqued: Self {
        var seen: Set<String> = []
        return filter { seen.insert($0.eventID).inserted }
    }
}
