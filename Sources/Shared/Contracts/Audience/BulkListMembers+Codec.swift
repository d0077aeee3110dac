import JSON
import JSONRPC
import Model

/// What ``UpsertListMembers`` and ``ReconcileListMembers`` have in common on the wire.
private struct BulkListCall {
    var scope: AudienceScope?
    var listKey = ""
    var list = ListChange()
    var members: [ListMemberChange] = []
    var staged: StagedListMembers?
    var removesAbsent: Bool?
    var dryRun: Bool?

    func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        try writer.encoded("scope", scope)
        writer.member("listKey", listKey)
        try writer.encoded("list", list)
        if let staged { try writer.encoded("staged", staged) }
        if let removesAbsent { writer.member("removesAbsent", removesAbsent) }
        if let dryRun { writer.member("dryRun", dryRun) }
        writer.key("members")
        members.write(to: &writer)
        writer.endObject()
    }

    init() {}

    init(_ json: ArraySlice<UInt8>) throws {
        var fields = RequiredFields()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "scope": scope = try reader.decoded()
            case "listKey": listKey = try reader.string()
            case "list": list = try reader.decoded()
            case "staged": staged = try reader.takeNull() ? nil : try reader.decoded()
            case "removesAbsent": removesAbsent = try reader.bool()
            case "dryRun": dryRun = try reader.bool()
            case "members": members = try [ListMemberChange](from: &reader)
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["scope", "listKey", "list", "members"])
    }
}

extension UpsertListMembers {
    package func write(to writer: inout JSONWriter) throws {
        var call = BulkListCall()
        call.scope = scope
        call.listKey = listKey
        call.list = list
        call.members = members
        call.staged = staged
        try call.write(to: &writer)
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> UpsertListMembers {
        let call = try BulkListCall(json)
        return UpsertListMembers(
            scope: try MissingMember.known(call.scope, "scope"),
            listKey: call.listKey,
            list: call.list,
            members: call.members,
            staged: call.staged
        )
    }
}

extension ReconcileListMembers {
    package func write(to writer: inout JSONWriter) throws {
        var call = BulkListCall()
        call.scope = scope
        call.listKey = listKey
        call.list = list
        call.members = members
        call.staged = staged
        call.removesAbsent = removesAbsent
        call.dryRun = dryRun
        try call.write(to: &writer)
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ReconcileListMembers {
        let call = try BulkListCall(json)
        return ReconcileListMembers(
            scope: try MissingMember.known(call.scope, "scope"),
            listKey: call.listKey,
            list: call.list,
            members: call.members,
            staged: call.staged,
            removesAbsent: try MissingMember.known(call.removesAbsent, "removesAbsent"),
            dryRun: try MissingMember.known(call.dryRun, "dryRun")
        )
    }
}
