import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension CampaignHandlers {
    func applyTrackingEvents(_ request: ApplyTrackingEvents, _ context: RPCContext) async throws -> AppliedTrackingEvents {
        let events = request.events.map { event in
            LedgerEvent(
                eventID: ShortText.fit(event.eventID),
                recipientID: event.recipientID,
                kind: event.withdrawsHuman == true ? .humanClickWithdrawn : LedgerEvent.Kind(event.type),
                occurredAt: event.occurredAt,
                isHuman: event.isHuman
            )
        }
        guard !events.isEmpty else { return AppliedTrackingEvents(contactIDs: [], organizationIDs: [], campaignIDs: []) }
        let rows = try await database.transaction { transaction in
            let rows = try await transaction.run(MergeEvents(events: events))
            try await follow(request.events, rows, in: transaction)
            return rows
        }
        outbox.wake()
        return AppliedTrackingEvents(rows).withoutWithdrawals(request.events)
    }

    /// What new events mean beside the counters of their rows: links, and news for Audience.
    private func follow(_ events: [RecipientEvent], _ rows: [MergeEvents.Output], in transaction: PostgresConnection) async throws {
        var engagement = EngagementMerge()
        var clicks: [LinkClick] = []
        for (event, row) in zip(events, rows) where row.isFresh {
            engagement.add(event, row)
            if row.campaignID > 0, let click = LinkClick(event, campaignID: row.campaignID) { clicks.append(click) }
        }
        if !clicks.isEmpty { try await transaction.execute(CountLinkClicks(clicks: clicks)) }
        for call in zip(events, rows).compactMap({ Self.unsubscribe($0, $1) }) {
            try await outbox.add(call, to: .audience, in: transaction)
        }
        if let call = engagement.call { try await outbox.add(call, to: .audience, in: transaction) }
    }

    /// The news for Audience that a new unsubscribe is.
    private static func unsubscribe(_ event: RecipientEvent, _ row: MergeEvents.Output) -> UnsubscribeContact? {
        guard event.type == .unsubscribe, row.isFresh, row.contactID > 0 else { return nil }
        return UnsubscribeContact(
            scope: AudienceScope(
                organizationID: OrganizationID(row.organizationID),
                clientID: ClientID(row.clientID),
                audienceID: AudienceID(row.audienceID)
            ),
            contactID: ContactID(row.contactID),
            // RFC 8058's one click covers this client; a scope that is not known must not cover more.
            unsubscribeScope: UnsubscribeScope(rawValue: event.unsubscribeScope) ?? .client,
            reason: "campaign unsubscribe",
            occurredAt: event.occurredAt
        )
    }

    func applyProviderEvents(_ request: ApplyProviderEvents, _ context: RPCContext) async throws -> AppliedTrackingEvents {
        guard request.events.count <= ApplyProviderEvents.maximumEvents else {
            throw HotCodecError.tooMany("events", limit: ApplyProviderEvents.maximumEvents)
        }
        let events = request.events.map { event in
            LedgerEvent(
                eventID: ShortText.fit(event.eventID),
                recipientID: event.recipientID,
                kind: LedgerEvent.Kind(event.kind),
                occurredAt: event.occurredAt,
                providerMessageID: ShortText.fit(event.providerMessageID)
            )
        }
        guard !events.isEmpty else { return AppliedTrackingEvents(contactIDs: [], organizationIDs: [], campaignIDs: []) }
        return AppliedTrackingEvents(try await database.run(MergeEvents(events: events)))
    }
}

extension LedgerEvent.Kind {
    init(_ kind: RecipientProviderEvent.Kind) {
        switch kind {
        case .sent: self = .sent
        case .delivered: self = .delivered
        case .bounced: self = .bounced
        case .complained: self = .complained
        }
    }
}

extension AppliedTrackingEvents {
    init(_ rows: [MergeEvents.Output]) {
        self.init(
            contactIDs: rows.map(\.contactID),
            organizationIDs: rows.map(\.organizationID),
            campaignIDs: rows.map(\.campaignID),
            clientIDs: rows.map(\.clientID),
            audienceIDs: rows.map(\.audienceID),
            emails: rows.map(\.email)
        )
    }
}

extension AppliedTrackingEvents {
    /// A withdrawal concerns nobody's timeline: it is no event of its own.
    fileprivate func withoutWithdrawals(_ events: [RecipientEvent]) -> AppliedTrackingEvents {
        var answer = self
        for (index, event) in events.enumerated() where event.withdrawsHuman == true { answer.contactIDs[index] = 0 }
        return answer
    }
}
