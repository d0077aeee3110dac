import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension ProviderEventProcess {
    /// An event with whose message it is about.
    struct OwnedEvent: Sendable {
        var event: ProviderEvent
        var owner: MessageOwner
        var providerMessageID: String

        /// What may be stored of it: without the address when the person is erased.
        ///
        /// Only Audience hears the address then, because it may be another's (a copy's); it knows whose it is and stores nothing of the erased.
        var shown: ProviderEvent {
            var shown = event
            if owner.isErased { shown.address = "" }
            return shown
        }

        var anonymous: Self {
            var event = self
            event.owner = owner.anonymous
            return event
        }
    }

    /// One transaction: the events, what the new ones do to transactional messages, and the news for the other services.
    func store(_ notifications: [ProviderNotification], _ owners: [MessageOwner?]) async throws {
        let owned = Self.owned(notifications, owners)
        guard !owned.isEmpty else { return }
        try await database.transaction { transaction in
            // Whoever was erased since the owners were asked for is nobody by now.
            try await transaction.execute(ErasureLock.Share(schema: "delivery"))
            let asked = ErasedAmong(organizationIDs: owned.map(\.owner.organizationID), contactIDs: owned.map(\.owner.contactID))
            let erased = Set(try await transaction.run(asked))
            let events = owned.map { erased.contains($0.owner.contactID) ? $0.anonymous : $0 }
            let freshKeys = Set(try await transaction.run(RecordProviderEvents(events)))
            let fresh = events.filter { freshKeys.contains($0.event.key) }
            guard !fresh.isEmpty else { return }
            try await applyToMessages(fresh, transaction)
            for call in try await suppressions(fresh, transaction) { try await outbox.add(call, to: .audience, in: transaction) }
            for call in ProviderEventNews.calls(fresh) { try await outbox.add(call, to: .tracking, in: transaction) }
        }
        outbox.wake()
    }

    /// Each event once, with whose it is.
    private static func owned(_ notifications: [ProviderNotification], _ owners: [MessageOwner?]) -> [OwnedEvent] {
        var keys: Set<String> = []
        var owned: [OwnedEvent] = []
        for (notification, owner) in zip(notifications, owners) {
            guard let owner else { continue }
            for event in notification.events where keys.insert(event.key).inserted {
                owned.append(OwnedEvent(event: event, owner: owner, providerMessageID: notification.providerMessageID))
            }
        }
        return owned
    }

    private func applyToMessages(_ fresh: [OwnedEvent], _ transaction: PostgresConnection) async throws {
        var changes = ApplyTransactionalEvents()
        for item in fresh where item.owner.kind == .transactional {
            changes.append(item.shown, messageID: item.owner.messageID, providerMessageID: item.providerMessageID)
        }
        if !changes.isEmpty { try await transaction.execute(changes) }
    }

    /// What Audience has to hear of these events.
    private func suppressions(_ fresh: [OwnedEvent], _ transaction: PostgresConnection) async throws -> [ApplyProviderSuppression] {
        var found = fresh.compactMap { item in
            item.event.kind.suppression.map { Self.suppression(item.event.key, item, $0, item.event.detail) }
        }
        let soft = fresh.filter { $0.event.kind == .softBounce && !$0.event.address.isEmpty }
        if !soft.isEmpty {
            let runs = SoftBounceRuns(organizationIDs: soft.map(\.owner.organizationID), addresses: soft.map(\.event.address))
            for position in try await transaction.run(runs) {
                let item = soft[Int(position) - 1]
                found.append(Self.suppression("soft:" + item.event.key, item, .hardBounce, "repeated \(item.event.detail)"))
            }
        }
        let named = found.filter { !$0.address.isEmpty }
        return stride(from: 0, to: named.count, by: ApplyProviderSuppression.maximumEvents).map { start in
            ApplyProviderSuppression(events: Array(named[start..<min(start + ApplyProviderSuppression.maximumEvents, named.count)]))
        }
    }

    private static func suppression(
        _ id: String,
        _ item: OwnedEvent,
        _ kind: ProviderSuppression.Kind,
        _ detail: String
    ) -> ProviderSuppression {
        ProviderSuppression(
            eventID: id,
            organizationID: OrganizationID(item.owner.organizationID),
            address: item.event.address,
            kind: kind,
            occurredAt: item.event.occurredAt,
            detail: detail
        )
    }
}

extension ProviderEvent.Kind {
    /// What the event proves about the message; every event proves at least that the provider took it.
    var fact: RecipientProviderEvent.Kind {
        switch self {
        case .sent, .feedback, .rejected, .delayed: .sent
        case .delivered: .delivered
        case .hardBounce, .softBounce, .contentBounce: .bounced
        case .complaint: .complained
        }
    }

    /// Whether the address must not be mailed any more because of one such event.
    var suppression: ProviderSuppression.Kind? {
        switch self {
        case .hardBounce: .hardBounce
        case .complaint: .complaint
        case .sent, .delivered, .softBounce, .contentBounce, .feedback, .rejected, .delayed: nil
        }
    }
}
