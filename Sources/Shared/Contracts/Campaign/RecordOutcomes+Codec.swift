import JSON
import JSONRPC
import Model

extension RecordOutcomes {
    /// The most outcomes of one call.
    package static let maximumOutcomes = 128

    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("campaignID", campaignID.rawValue)
        writer.member("batchID", batchID.rawValue)
        writer.key("outcomes")
        writer.beginArray()
        for outcome in outcomes { outcome.write(to: &writer) }
        writer.endArray()
        if let fault {
            writer.key("fault")
            writer.beginObject()
            writer.member("kind", fault.kind.rawValue)
            writer.member("reason", fault.reason)
            writer.endObject()
        }
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> RecordOutcomes {
        var reader = JSONReader(json)
        var campaignID: Int64?
        var batchID: Int64?
        var outcomes: [AttemptOutcome]?
        var fault: CampaignFault?
        try reader.object { key, reader in
            switch key {
            case "campaignID": campaignID = try reader.integer()
            case "batchID": batchID = try reader.integer()
            case "outcomes":
                var read: [AttemptOutcome] = []
                try reader.array { reader in
                    guard read.count < maximumOutcomes else { throw HotCodecError.tooMany("outcomes", limit: maximumOutcomes) }
                    read.append(try AttemptOutcome(from: &reader))
                }
                outcomes = read
            case "fault": fault = try CampaignFault(from: &reader)
            default: try reader.skip()
            }
        }
        try reader.end()
        return RecordOutcomes(
            campaignID: CampaignID(try campaignID.required("campaignID")),
            batchID: BatchID(try batchID.required("batchID")),
            outcomes: try outcomes.required("outcomes"),
            fault: fault
        )
    }
}

extension CampaignFault {
    fileprivate init(from reader: inout JSONReader) throws {
        var kind: String?
        var reason = ""
        try reader.object { key, reader in
            switch key {
            case "kind": kind = try reader.string()
            case "reason": reason = try reader.string()
            default: try reader.skip()
            }
        }
        guard let known = Kind(rawValue: try kind.required("kind")) else { throw HotCodecError.unknownValue("fault") }
        self.init(kind: known, reason: reason)
    }
}

extension AttemptOutcome {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("recipientID", recipientID)
        writer.member("attempt", attempt)
        writer.member("kind", kind.rawValue)
        writer.member("providerMessageID", providerMessageID)
        writer.member("reason", reason)
        writer.member("retryAfterSeconds", retryAfterSeconds)
        if let isContent {
            writer.key("isContent")
            writer.bool(isContent)
        }
        writer.endObject()
    }

    fileprivate init(from reader: inout JSONReader) throws {
        var recipientID: Int64?
        var attempt: Int64?
        var kind: String?
        var providerMessageID = ""
        var reason = ""
        var retryAfterSeconds: Int64 = 0
        var isContent: Bool?
        try reader.object { key, reader in
            switch key {
            case "recipientID": recipientID = try reader.integer()
            case "attempt": attempt = try reader.integer()
            case "kind": kind = try reader.string()
            case "providerMessageID": providerMessageID = try reader.string()
            case "reason": reason = try reader.string()
            case "retryAfterSeconds": retryAfterSeconds = try reader.integer()
            case "isContent": isContent = try reader.bool()
            default: try reader.skip()
            }
        }
        guard let known = Kind(rawValue: try kind.required("kind")) else { throw HotCodecError.unknownValue("kind") }
        self.init(
            recipientID: try recipientID.required("recipientID"),
            attempt: try attempt.required("attempt"),
            kind: known,
            providerMessageID: providerMessageID,
            reason: reason,
            retryAfterSeconds: retryAfterSeconds,
            isContent: isContent
        )
    }
}

extension RecordedOutcomes {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("recorded", Int64(recorded))
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> RecordedOutcomes {
        var reader = JSONReader(json)
        var recorded: Int64?
        try reader.object { key, reader in
            if key == "recorded" { recorded = try reader.integer() } else { try reader.skip() }
        }
        try reader.end()
        guard let count = Int(exactly: try recorded.required("recorded")) else { throw HotCodecError.unknownValue("recorded") }
        return RecordedOutcomes(recorded: count)
    }
}
