import JSON
import JSONRPC
import Model

// Written and read by hand: an import may answer thousands. The names are those that `Codable` would use.

extension ContactStatus {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        if let contactID {
            writer.key("contactID")
            writer.integer(contactID.rawValue)
        }
        writer.member("email", email)
        writer.member("verifiedAt", verifiedAt)
        writer.member("validationStatus", validationStatus.rawValue)
        writer.member("validationReason", validationReason)
        writer.member("validatedAt", validatedAt)
        writer.member("globalUnsubscribed", globalUnsubscribed)
        writer.member("hardBounced", hardBounced)
        writer.member("complained", complained)
        writer.key("audience")
        audience.write(to: &writer)
        writer.key("client")
        client.write(to: &writer)
        if let marketingRefusal { writer.member("marketingRefusal", marketingRefusal.rawValue) }
        if let transactionalRefusal { writer.member("transactionalRefusal", transactionalRefusal.rawValue) }
        writer.key("tags")
        writer.beginArray()
        for tag in tags { writer.string(tag) }
        writer.endArray()
        writer.key("attributes")
        writer.value(attributes)
        writer.member("createdAt", createdAt)
        writer.member("updatedAt", updatedAt)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ContactStatus {
        var reader = JSONReader(json)
        let status = try ContactStatus(from: &reader)
        try reader.end()
        return status
    }

    init(from reader: inout JSONReader) throws {
        let nowhere = SubscriptionState(slug: "", status: nil, verifiedAt: nil, unsubscribedAt: nil, unsubscribeReason: "")
        var status = ContactStatus(
            contactID: nil,
            email: "",
            verifiedAt: nil,
            validationStatus: .unknown,
            validationReason: "",
            validatedAt: nil,
            globalUnsubscribed: false,
            hardBounced: false,
            complained: false,
            audience: nowhere,
            client: nowhere,
            marketingRefusal: nil,
            transactionalRefusal: nil,
            tags: [],
            attributes: .object(JSONObject()),
            createdAt: nil,
            updatedAt: nil
        )
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            if try !status.take(key, &reader) { try reader.skip() }
        }
        try fields.require([
            "email", "validationStatus", "validationReason", "globalUnsubscribed", "hardBounced", "complained", "audience", "client",
            "tags",
            "attributes",
        ])
        self = status
    }

    /// Takes a member that it knows.
    private mutating func take(_ key: String, _ reader: inout JSONReader) throws -> Bool {
        switch key {
        case "contactID": contactID = try reader.takeNull() ? nil : ContactID(try reader.integer())
        case "email": email = try reader.string()
        case "verifiedAt": verifiedAt = try reader.timestampIfPresent()
        case "validationStatus": validationStatus = try reader.choice()
        case "validationReason": validationReason = try reader.string()
        case "validatedAt": validatedAt = try reader.timestampIfPresent()
        case "globalUnsubscribed": globalUnsubscribed = try reader.bool()
        case "hardBounced": hardBounced = try reader.bool()
        case "complained": complained = try reader.bool()
        case "audience": audience = try SubscriptionState(from: &reader)
        case "client": client = try SubscriptionState(from: &reader)
        case "marketingRefusal": marketingRefusal = try reader.takeNull() ? nil : try reader.choice()
        case "transactionalRefusal": transactionalRefusal = try reader.takeNull() ? nil : try reader.choice()
        case "tags": try reader.array { tags.append(try $0.string()) }
        case "attributes": attributes = try reader.value()
        case "createdAt": createdAt = try reader.timestampIfPresent()
        case "updatedAt": updatedAt = try reader.timestampIfPresent()
        default: return false
        }
        return true
    }
}

extension SubscriptionState {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("slug", slug)
        if let status { writer.member("status", status.rawValue) }
        writer.member("verifiedAt", verifiedAt)
        writer.member("unsubscribedAt", unsubscribedAt)
        writer.member("unsubscribeReason", unsubscribeReason)
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        var state = SubscriptionState(slug: "", status: nil, verifiedAt: nil, unsubscribedAt: nil, unsubscribeReason: "")
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "slug": state.slug = try reader.string()
            case "status": state.status = try reader.takeNull() ? nil : try reader.choice()
            case "verifiedAt": state.verifiedAt = try reader.timestampIfPresent()
            case "unsubscribedAt": state.unsubscribedAt = try reader.timestampIfPresent()
            case "unsubscribeReason": state.unsubscribeReason = try reader.string()
            default: try reader.skip()
            }
        }
        try fields.require(["slug", "unsubscribeReason"])
        self = state
    }
}
