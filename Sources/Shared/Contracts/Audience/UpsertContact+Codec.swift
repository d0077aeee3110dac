import JSON
import JSONRPC
import Model

// Written and read by hand: attributes keep their numbers as they were given. The names are those that `Codable` would use.

extension UpsertContact {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("scope")
        scope.write(to: &writer)
        writer.key("change")
        change.write(to: &writer)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> UpsertContact {
        var scope = AudienceScope(organizationID: OrganizationID(0), clientID: ClientID(0), audienceID: AudienceID(0))
        var change = ContactChange(email: "")
        var fields = RequiredFields()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "scope": scope = try AudienceScope(from: &reader)
            case "change": change = try ContactChange(from: &reader)
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["scope", "change"])
        return UpsertContact(scope: scope, change: change)
    }
}

extension ContactChange {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("email", email)
        if let status { writer.member("status", status.rawValue) }
        if let verified { writer.member("verified", verified) }
        if let tags { writer.member("tags", tags) }
        if let validationStatus { writer.member("validationStatus", validationStatus.rawValue) }
        if let validationReason { writer.member("validationReason", validationReason) }
        if let attributes {
            writer.key("attributes")
            writer.value(attributes)
        }
        if let resubscribe { writer.member("resubscribe", resubscribe) }
        if let resubscribeReason { writer.member("resubscribeReason", resubscribeReason) }
        if let globalUnsubscribed { writer.member("globalUnsubscribed", globalUnsubscribed) }
        if let hardBounced { writer.member("hardBounced", hardBounced) }
        if let complained { writer.member("complained", complained) }
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        var change = ContactChange(email: "")
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            if try reader.takeNull() { return }
            if try !change.take(key, &reader) { try reader.skip() }
        }
        try fields.require(["email"])
        self = change
    }

    /// Takes a member that it knows.
    private mutating func take(_ key: String, _ reader: inout JSONReader) throws -> Bool {
        switch key {
        case "email": email = try reader.string()
        case "status": status = try reader.choice() as SubscriptionStatus
        case "verified": verified = try reader.bool()
        case "tags":
            var names: [String] = []
            try reader.array { names.append(try $0.string()) }
            tags = names
        case "validationStatus": validationStatus = try reader.choice() as EmailValidationStatus
        case "validationReason": validationReason = try reader.string()
        case "attributes": attributes = try reader.value()
        case "resubscribe": resubscribe = try reader.bool()
        case "resubscribeReason": resubscribeReason = try reader.string()
        case "globalUnsubscribed": globalUnsubscribed = try reader.bool()
        case "hardBounced": hardBounced = try reader.bool()
        case "complained": complained = try reader.bool()
        default: return false
        }
        return true
    }
}
