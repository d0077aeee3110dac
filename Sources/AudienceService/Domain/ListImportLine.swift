import Contracts
import JSON

/// One line of an import's file: a JSON object that says something about one member.
enum ListImportLine {
    /// A longer line is refused and not kept.
    static let maximumBytes = 128 << 10

    struct Member: Sendable {
        /// From 1.
        var line: Int64
        var change: ListMemberChange
        var patch: ListMemberPatch
    }

    enum Outcome: Sendable {
        case blank
        case member(Member)
        case fault(ListImportFault)
    }

    /// Reads one line without its end.
    static func read(_ bytes: ArraySlice<UInt8>, line: Int64) -> Outcome {
        guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return .blank }
        func fault(_ errors: [String: String]) -> Outcome { .fault(ListImportFault(line: line, errors: errors)) }
        guard let value = try? JSONValue.parse(bytes, limits: JSONLimits(maximumDepth: 32)) else { return fault(["line": "invalid_json"]) }
        guard let object = value.objectValue else { return fault(["line": "must_be_object"]) }
        var errors: [String: String] = [:]
        let change = change(object, &errors)
        var patch = ListMemberPatch(key: "", email: "", emailOriginal: "", isNamed: change.isActive, index: 0)
        // A fault of a type says more than what follows from it.
        errors.merge(ListMemberRules.check(change, &patch)) { first, _ in first }
        guard errors.isEmpty else { return fault(errors) }
        return .member(Member(line: line, change: change, patch: patch))
    }

    /// The members of the line itself, or those of its `member`.
    private static func change(_ object: JSONObject, _ errors: inout [String: String]) -> ListMemberChange {
        func text(_ value: JSONValue?, _ field: String) -> String {
            guard let value, value != .null else { return "" }
            if value.stringValue == nil { errors[field] = "must_be_string" }
            return value.stringValue ?? ""
        }
        var source = object
        if let member = object["member"], member != .null {
            if member.objectValue == nil { errors["member"] = "must_be_object" }
            source = member.objectValue ?? JSONObject()
        }
        var change = ListMemberChange(
            sourceObjectKey: text(object["source_object_key"], "source_object_key"),
            email: text(source["email"], "email")
        )
        switch source["status"] {
        case nil, .null, "", "active": break
        case "removed": change.isActive = false
        default: errors["status"] = "invalid"
        }
        if let metadata = source["metadata"], metadata != .null, metadata != "" { change.metadata = metadata.text }
        return change
    }
}
