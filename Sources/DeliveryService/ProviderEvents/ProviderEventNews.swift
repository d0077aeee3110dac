import Contracts
import JSON
import Model

/// What Tracking's log hears of the provider's events: the ones that a client would want to be told of.
enum ProviderEventNews {
    /// One call of at most ``RecordMessageEvents/maximumEvents`` events each; the keys of the events make a repetition change nothing.
    static func calls(_ stored: [ProviderEventProcess.OwnedEvent]) -> [RecordMessageEvents] {
        let events = stored.compactMap(event)
        return stride(from: 0, to: events.count, by: RecordMessageEvents.maximumEvents).map { start in
            RecordMessageEvents(events: Array(events[start..<min(start + RecordMessageEvents.maximumEvents, events.count)]))
        }
    }

    private static func event(_ stored: ProviderEventProcess.OwnedEvent) -> MessageEvent? {
        guard let type = stored.event.kind.eventType else { return nil }
        let owner = stored.owner
        let isCampaign = owner.kind == .campaign
        return MessageEvent(
            eventID: "provider:\(stored.event.key)",
            type: type,
            occurredAt: stored.event.occurredAt,
            organizationID: OrganizationID(owner.organizationID),
            clientID: owner.clientID > 0 ? ClientID(owner.clientID) : nil,
            audienceID: owner.audienceID > 0 ? AudienceID(owner.audienceID) : nil,
            contactID: owner.contactID > 0 ? ContactID(owner.contactID) : nil,
            email: stored.shown.address.isEmpty ? owner.email : stored.shown.address,
            campaignID: isCampaign && owner.campaignID > 0 ? CampaignID(owner.campaignID) : nil,
            recipientID: isCampaign ? RecipientID(owner.messageID) : nil,
            transactionalMessageID: isCampaign ? nil : TransactionalMessageID(owner.messageID),
            metadata: metadata(stored)
        )
    }

    private static func metadata(_ stored: ProviderEventProcess.OwnedEvent) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [(key: "ses_message_id", value: .string(stored.providerMessageID))]
        if !stored.event.detail.isEmpty { members.append((key: "reason", value: .string(stored.event.detail))) }
        switch stored.event.kind {
        case .hardBounce: members.append((key: "bounce_type", value: "hard"))
        case .softBounce, .contentBounce: members.append((key: "bounce_type", value: "soft"))
        default: break
        }
        return .object(JSONObject(members))
    }
}

extension ProviderEvent.Kind {
    /// nil for what is no event of the API: the ledger and the message themselves say that it was sent.
    fileprivate var eventType: EventType? {
        switch self {
        case .delivered: .delivered
        case .hardBounce, .softBounce, .contentBounce: .bounce
        case .complaint: .complaint
        case .rejected: .failed
        case .sent, .feedback, .delayed: nil
        }
    }
}
