import Foundation
import JSON
import JSONRPC
import Model

// Written and read by hand: a call carries a hundred thousand members.

extension ListMemberChange {
    /// About the length of ``write(to:)``, never less.
    package var encodedSize: Int {
        func escaped(_ text: String) -> Int {
            text.utf8.reduce(text.utf8.count) { $0 + ($1 < 0x20 || $1 == 0x7F ? 5 : $1 == 0x22 || $1 == 0x5C ? 1 : 0) }
        }
        return escaped(sourceObjectKey) + escaped(email) + (metadata?.utf8.count ?? 0) + 64
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", sourceObjectKey)
        writer.member("email", email)
        if let metadata {
            writer.key("metadata")
            writer.raw(metadata.utf8)
        }
        if !isActive { writer.member("active", false) }
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        self.init(sourceObjectKey: "", email: "")
        var sawKey = false
        var sawEmail = false
        try reader.object { key, reader in
            switch key {
            case "key":
                sourceObjectKey = try reader.string()
                sawKey = true
            case "email":
                email = try reader.string()
                sawEmail = true
            case "metadata": metadata = try reader.takeNull() ? nil : String(decoding: try reader.raw(), as: UTF8.self)
            case "active": isActive = try reader.bool()
            default: try reader.skip()
            }
        }
        guard sawKey else { throw RequiredFields.Missing(name: "key") }
        guard sawEmail else { throw RequiredFields.Missing(name: "email") }
    }
}

extension [ListMemberChange] {
    package func write(to writer: inout JSONWriter) {
        writer.beginArray()
        for member in self { member.write(to: &writer) }
        writer.endArray()
    }

    init(from reader: inout JSONReader) throws {
        self = []
        try reader.array { append(try ListMemberChange(from: &$0)) }
    }

    /// The JSON array that ``write(to:)`` made.
    package static func read(_ json: some Collection<UInt8>) throws -> [ListMemberChange] {
        var reader = JSONReader(ArraySlice(json))
        let members = try [ListMemberChange](from: &reader)
        try reader.end()
        return members
    }
}

extension JSONWriter {
    mutating func encoded(_ name: StaticString, _ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        key(name)
        raw(try encoder.encode(value))
    }
}

extension JSONReader {
    mutating func decoded<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(try raw()))
    }
}

extension PutListMember {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        try writer.encoded("scope", scope)
        writer.member("listKey", listKey)
        try writer.encoded("list", list)
        writer.key("member")
        member.write(to: &writer)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> PutListMember {
        var fields = RequiredFields()
        var scope: AudienceScope?
        var call = (listKey: "", list: ListChange(), member: ListMemberChange(sourceObjectKey: "", email: ""))
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "scope": scope = try reader.decoded()
            case "listKey": call.listKey = try reader.string()
            case "list": call.list = try reader.decoded()
            case "member": call.member = try ListMemberChange(from: &reader)
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["scope", "listKey", "list", "member"])
        return PutListMember(scope: try MissingMember.known(scope, "scope"), listKey: call.listKey, list: call.list, member: call.member)
    }
}

extension StageListMembers {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("organizationID", organizationID.rawValue)
        writer.member("upload", upload)
        writer.member("sequence", Int64(sequence))
        writer.key("members")
        members.write(to: &writer)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> StageListMembers {
        var fields = RequiredFields()
        var call = StageListMembers(organizationID: OrganizationID(0), upload: "", sequence: 0, members: [])
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "organizationID": call.organizationID = OrganizationID(try reader.integer())
            case "upload": call.upload = try reader.string()
            case "sequence": call.sequence = Int(try reader.integer())
            case "members": call.members = try [ListMemberChange](from: &reader)
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["organizationID", "upload", "sequence", "members"])
        return call
    }
}
