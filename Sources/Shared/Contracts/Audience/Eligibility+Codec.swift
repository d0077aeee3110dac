import JSON
import JSONRPC
import Model

// Written and read by hand: a page holds tens of thousands of values, a check stands before every send.
// The names are those that `Codable` would use.

extension AudienceScope {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("organizationID")
        writer.integer(organizationID.rawValue)
        writer.key("clientID")
        writer.integer(clientID.rawValue)
        writer.key("audienceID")
        writer.integer(audienceID.rawValue)
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        self.init(organizationID: OrganizationID(0), clientID: ClientID(0), audienceID: AudienceID(0))
        var scope = self
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "organizationID": scope.organizationID = OrganizationID(try reader.integer())
            case "clientID": scope.clientID = ClientID(try reader.integer())
            case "audienceID": scope.audienceID = AudienceID(try reader.integer())
            default: try reader.skip()
            }
        }
        try fields.require(["organizationID", "clientID", "audienceID"])
        self = scope
    }
}

extension CandidatePage {
    /// Nobody.
    package static let empty = CandidatePage(
        contactIDs: [],
        emails: TextColumn(joined: ""),
        skipReasons: TextColumn(joined: ""),
        mergeFields: TextColumn(joined: ""),
        next: nil
    )

    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("contactIDs", contactIDs)
        writer.member("emails", emails.joined)
        writer.member("skipReasons", skipReasons.joined)
        writer.member("mergeFields", mergeFields.joined)
        if let next {
            writer.key("next")
            writer.integer(next.rawValue)
        }
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> CandidatePage {
        var page = CandidatePage.empty
        var fields = RequiredFields()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "contactIDs": try reader.array { page.contactIDs.append(try $0.integer()) }
            case "emails": page.emails = TextColumn(joined: try reader.string())
            case "skipReasons": page.skipReasons = TextColumn(joined: try reader.string())
            case "mergeFields": page.mergeFields = TextColumn(joined: try reader.string())
            case "next": page.next = try reader.takeNull() ? nil : ContactID(try reader.integer())
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["contactIDs", "emails", "skipReasons", "mergeFields"])
        return page
    }
}

extension CheckEligibility {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("scope")
        scope.write(to: &writer)
        writer.member("categoryTag", categoryTag)
        writer.member("contactIDs", contactIDs)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> CheckEligibility {
        var scope = AudienceScope(organizationID: OrganizationID(0), clientID: ClientID(0), audienceID: AudienceID(0))
        var categoryTag = ""
        var contactIDs: [Int64] = []
        var fields = RequiredFields()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "scope": scope = try AudienceScope(from: &reader)
            case "categoryTag": categoryTag = try reader.string()
            case "contactIDs": try reader.array { contactIDs.append(try $0.integer()) }
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["scope", "categoryTag", "contactIDs"])
        return CheckEligibility(scope: scope, categoryTag: categoryTag, contactIDs: contactIDs)
    }
}

extension EligibilityRefusals {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("contactIDs", contactIDs)
        writer.member("reasons", reasons.map(\.rawValue))
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> EligibilityRefusals {
        var refusals = EligibilityRefusals(contactIDs: [], reasons: [])
        var fields = RequiredFields()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "contactIDs": try reader.array { refusals.contactIDs.append(try $0.integer()) }
            case "reasons": try reader.array { refusals.reasons.append(try $0.choice()) }
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["contactIDs", "reasons"])
        return refusals
    }
}
