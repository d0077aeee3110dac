import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import ServiceRuntime

/// Carries notifications through: finds their messages, brings the facts to Campaign, and stores the events together with what follows from
/// them here and the news for the other services.
///
/// Any repetition changes nothing: Campaign knows each event by its key, and only events that are stored for the first time have effects.
struct ProviderEventProcess: QueueIntake {
    let campaign: any RPCCaller
    let database: PostgresPool
    let outbox: Outbox
    let logger: Logger

    var queueName: QueueName { .sesWebhooks }

    func read(body: String, now: Timestamp) throws(InvalidBody) -> IntakeReading<ProviderNotification> {
        try SESWebhookMessage.read(body: body, now: now)
    }

    func run(_ notifications: [ProviderNotification]) async throws -> [IntakeEnding] {
        let references = try await references(notifications)
        let owners = try await owners(notifications, references)
        try await store(notifications, owners)
        return notifications.indices.map { index in
            if references[index] == .test || owners[index] != nil { return .done }
            return .unmatched(reason: Self.reason(notifications[index], references[index]))
        }
    }

    /// Our tag decides; without one the provider's message id does: by an earlier event with our tag, by a transactional message, by a row
    /// of the ledger.
    private func references(_ notifications: [ProviderNotification]) async throws -> [MessageReference?] {
        var references = notifications.map { MessageReference(tag: $0.messageTag) }
        var open = references.indices.filter { references[$0] == nil }
        guard !open.isEmpty else { return references }
        var known: [String: MessageReference] = [:]
        for found in try await database.run(KnownProviderMessages(providerMessageIDs: open.map { notifications[$0].providerMessageID })) {
            known[found.providerMessageID] = MessageReference(kind: found.kind, id: found.messageID)
        }
        for index in open { references[index] = known[notifications[index].providerMessageID] }
        open.removeAll { references[$0] != nil }
        guard !open.isEmpty else { return references }
        let search = TransactionalByProviderMessage(
            providerMessageIDs: open.map { notifications[$0].providerMessageID },
            sentAt: open.map { notifications[$0].sentAt }
        )
        for found in try await database.run(search) { known[found.providerMessageID] = .transactional(found.messageID) }
        for index in open { references[index] = known[notifications[index].providerMessageID] }
        open.removeAll { references[$0] != nil }
        guard !open.isEmpty else { return references }
        let asked = open.map { ProviderMessage(providerMessageID: notifications[$0].providerMessageID, sentAt: notifications[$0].sentAt) }
        let matched = try await campaign.call(MatchProviderMessages(messages: asked)).recipientIDs
        for (index, recipientID) in zip(open, matched) where recipientID > 0 { references[index] = .campaign(recipientID) }
        return references
    }

    private static func reason(_ notification: ProviderNotification, _ reference: MessageReference?) -> String {
        let message = "provider message \(notification.providerMessageID)"
        switch reference {
        case .campaign(let id): return "no such recipient: \(id) of \(message)"
        case .transactional(let id): return "no such transactional message: \(id) of \(message)"
        case .test, nil: break
        }
        let tag = notification.messageTag
        return tag.isEmpty ? "no tag of ours, and no message with the id of \(message)" : "unknown tag \(tag.prefix(100)) of \(message)"
    }

    /// Whose message each notification is about, nil where there is no such message; campaign rows have the facts afterwards.
    private func owners(_ notifications: [ProviderNotification], _ references: [MessageReference?]) async throws -> [MessageOwner?] {
        var owners = try await applyToLedger(notifications, references)
        let ids = references.compactMap { reference -> Int64? in
            if case .transactional(let id) = reference { id } else { nil }
        }
        guard !ids.isEmpty else { return owners }
        let found = try await database.run(TransactionalOwners(messageIDs: ids))
        let known = Dictionary(found.map { ($0.messageID, $0) }, uniquingKeysWith: { first, _ in first })
        for index in references.indices {
            guard case .transactional(let id) = references[index], let message = known[id] else { continue }
            let owner = MessageOwner(
                kind: .transactional,
                messageID: id,
                organizationID: message.organizationID,
                contactID: message.contactID,
                clientID: message.clientID,
                audienceID: message.audienceID ?? 0,
                email: message.email
            )
            owners[index] = message.email.isEmpty ? owner.anonymous : owner
        }
        return owners
    }

    private func applyToLedger(_ notifications: [ProviderNotification], _ references: [MessageReference?]) async throws -> [MessageOwner?] {
        var events: [RecipientProviderEvent] = []
        var sources: [Int] = []
        for (index, notification) in notifications.enumerated() {
            guard case .campaign(let recipientID) = references[index] else { continue }
            for event in notification.events {
                events.append(
                    RecipientProviderEvent(
                        eventID: event.key,
                        recipientID: recipientID,
                        kind: event.kind.fact,
                        occurredAt: event.occurredAt,
                        providerMessageID: notification.providerMessageID
                    )
                )
                sources.append(index)
            }
        }
        var owners = [MessageOwner?](repeating: nil, count: notifications.count)
        for start in stride(from: 0, to: events.count, by: ApplyProviderEvents.maximumEvents) {
            let end = min(start + ApplyProviderEvents.maximumEvents, events.count)
            let applied = try await campaign.call(ApplyProviderEvents(events: Array(events[start..<end])))
            let isOwned = min(applied.clientIDs.count, applied.audienceIDs.count, applied.emails.count) >= end - start
            let answered = min(end - start, applied.contactIDs.count, applied.organizationIDs.count, applied.campaignIDs.count)
            // A row is somebody's organization's for ever; its contact is 0 once the person is erased.
            for offset in 0..<answered where applied.organizationIDs[offset] > 0 {
                let owner = MessageOwner(
                    kind: .campaign,
                    messageID: events[start + offset].recipientID,
                    organizationID: applied.organizationIDs[offset],
                    contactID: applied.contactIDs[offset],
                    clientID: isOwned ? applied.clientIDs[offset] : 0,
                    audienceID: isOwned ? applied.audienceIDs[offset] : 0,
                    campaignID: applied.campaignIDs[offset],
                    email: isOwned ? applied.emails[offset] : ""
                )
                owners[sources[start + offset]] = owner.contactID > 0 ? owner : owner.anonymous
            }
        }
        return owners
    }
}
