import JSON
import JSONRPC
import Model

extension ApplyTrackingEvents {
    /// The most events of one call.
    package static let maximumEvents = 2_000

    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("events")
        writer.beginArray()
        for event in events { event.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ApplyTrackingEvents {
        var reader = JSONReader(json)
        var events: [RecipientEvent]?
        try reader.object { key, reader in
            guard key == "events" else { return try reader.skip() }
            var read: [RecipientEvent] = []
            try reader.array { reader in
                guard read.count < maximumEvents else { throw HotCodecError.tooMany("events", limit: maximumEvents) }
                read.append(try RecipientEvent(from: &reader))
            }
            events = read
        }
        try reader.end()
        return ApplyTrackingEvents(events: try events.required("events"))
    }
}

extension RecipientEvent {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("eventID", eventID)
        writer.member("recipientID", recipientID)
        writer.member("type", type.rawValue)
        writer.member("occurredAt", occurredAt.iso8601)
        writer.key("isHuman")
        writer.bool(isHuman)
        writer.member("unsubscribeScope", unsubscribeScope)
        if let withdrawsHuman {
            writer.key("withdrawsHuman")
            writer.bool(withdrawsHuman)
        }
        if let link { writer.member("link", link) }
        if let url { writer.member("url", url) }
        writer.endObject()
    }

    fileprivate init(from reader: inout JSONReader) throws {
        var eventID: String?
        var recipientID: Int64?
        var type: String?
        var occurredAt: Timestamp?
        var isHuman: Bool?
        var unsubscribeScope = ""
        var withdrawsHuman: Bool?
        var link: Int64?
        var url: String?
        try reader.object { key, reader in
            switch key {
            case "eventID": eventID = try reader.string()
            case "recipientID": recipientID = try reader.integer()
            case "type": type = try reader.string()
            case "occurredAt": occurredAt = try reader.timestamp(key)
            case "isHuman": isHuman = try reader.bool()
            case "unsubscribeScope": unsubscribeScope = try reader.string()
            case "withdrawsHuman": withdrawsHuman = try reader.bool()
            case "link": link = try reader.integer()
            case "url": url = try reader.string()
            default: try reader.skip()
            }
        }
        guard let known = TrackingEventType(rawValue: try type.required("type")) else { throw HotCodecError.unknownValue("type") }
        self.init(
            eventID: try eventID.required("eventID"),
            recipientID: try recipientID.required("recipientID"),
            type: known,
            occurredAt: try occurredAt.required("occurredAt"),
            isHuman: try isHuman.required("isHuman"),
            unsubscribeScope: unsubscribeScope,
            withdrawsHuman: withdrawsHuman,
            link: link,
            url: url
        )
    }
}

extension AppliedTrackingEvents {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("contactIDs", contactIDs)
        writer.member("organizationIDs", organizationIDs)
        writer.member("campaignIDs", campaignIDs)
        writer.member("clientIDs", clientIDs)
        writer.member("audienceIDs", audienceIDs)
        writer.member("emails", emails)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> AppliedTrackingEvents {
        var reader = JSONReader(json)
        var contactIDs: [Int64]?
        var organizationIDs: [Int64]?
        var campaignIDs: [Int64]?
        var clientIDs: [Int64] = []
        var audienceIDs: [Int64] = []
        var emails: [String] = []
        try reader.object { key, reader in
            switch key {
            case "contactIDs": contactIDs = try reader.integers(key)
            case "organizationIDs": organizationIDs = try reader.integers(key)
            case "campaignIDs": campaignIDs = try reader.integers(key)
            case "clientIDs": clientIDs = try reader.integers(key)
            case "audienceIDs": audienceIDs = try reader.integers(key)
            case "emails": try reader.array { reader in emails.append(try reader.string()) }
            default: try reader.skip()
            }
        }
        try reader.end()
        let applied = AppliedTrackingEvents(
            contactIDs: try contactIDs.required("contactIDs"),
            organizationIDs: try organizationIDs.required("organizationIDs"),
            campaignIDs: try campaignIDs.required("campaignIDs"),
            clientIDs: clientIDs,
            audienceIDs: audienceIDs,
            emails: emails
        )
        let count = applied.contactIDs.count
        guard applied.organizationIDs.count == count, applied.campaignIDs.count == count,
            [clientIDs.count, audienceIDs.count, emails.count].allSatisfy({ $0 == 0 || $0 == count })
        else { throw HotCodecError.unequalColumns }
        return applied
    }
}
