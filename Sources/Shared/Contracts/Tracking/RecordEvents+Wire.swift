import JSON
import JSONRPC
import Model

// Hand-written because every open pixel passes here: about a fifth of the time of the generic coders.

extension RecordEvents {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("events")
        writer.beginArray()
        for event in events { event.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> RecordEvents {
        var reader = JSONReader(json)
        var events: [TrackingEvent] = []
        try reader.object { key, reader in
            switch key {
            case "events": try reader.array { reader in events.append(try TrackingEvent.read(&reader)) }
            default: try reader.skip()
            }
        }
        return RecordEvents(events: events)
    }
}

extension TrackingEvent {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("eventID", eventID)
        writer.member("type", type.rawValue)
        writer.member("messageKind", messageKind.rawValue)
        writer.member("messageID", messageID)
        writer.member("link", link)
        writer.member("url", url)
        writer.member("userAgent", userAgent)
        writer.member("address", address)
        writer.member("method", method)
        writer.member("occurredAt", occurredAt.iso8601)
        writer.member("unsubscribeScope", unsubscribeScope)
        writer.endObject()
    }

    static func read(_ reader: inout JSONReader) throws -> TrackingEvent {
        var event = TrackingEvent(
            eventID: "",
            type: .open,
            messageKind: .campaign,
            messageID: 0,
            link: 0,
            url: "",
            userAgent: "",
            address: "",
            method: "GET",
            occurredAt: Timestamp(microseconds: 0)
        )
        var hasType = false
        try reader.object { key, reader in
            if key == "type" { hasType = true }
            try event.readMember(key, &reader)
        }
        if event.eventID.isEmpty { throw MissingMember(name: "eventID") }
        if event.messageID <= 0 { throw MissingMember(name: "messageID") }
        if !hasType { throw MissingMember(name: "type") }
        if event.occurredAt.microseconds == 0 { throw MissingMember(name: "occurredAt") }
        return event
    }

    private mutating func readMember(_ key: String, _ reader: inout JSONReader) throws {
        switch key {
        case "eventID": eventID = try reader.string()
        case "type": type = try MissingMember.known(TrackingEventType(rawValue: reader.string()), key)
        case "messageKind": messageKind = try MissingMember.known(TrackedMessageKind(rawValue: reader.string()), key)
        case "messageID": messageID = try reader.integer()
        case "link": link = try reader.integer()
        case "url": url = try reader.string()
        case "userAgent": userAgent = try reader.string()
        case "address": address = try reader.string()
        case "method": method = try reader.string()
        case "occurredAt": occurredAt = try MissingMember.known(Timestamp(iso8601: reader.string()), key)
        case "unsubscribeScope": unsubscribeScope = try reader.string()
        default: try reader.skip()
        }
    }
}
