import Contracts
import JSON
import JSONRPC

/// The answer of an import that was applied at once, as recorded.
enum ImportResultPayload {
    static func value(_ outcome: ImportPageResult, _ format: ImportFormat, dryRun: Bool, key: String) -> JSONValue {
        .object(
            JSONObject([
                (key: "dry_run", value: .bool(dryRun)), (key: "idempotency_key", value: .string(key)),
                (key: "counts", value: ImportJobPayload.counts(outcome.counts)), (key: "results", value: .array(outcome.results.map(result))),
                (key: "errors", value: .array(outcome.faults.map { fault($0, format) })),
            ])
        )
    }

    private static func result(_ row: ImportRowResult) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            (key: "index", value: .integer(row.item - 1)), (key: "item", value: .integer(row.item)),
        ]
        if row.contact == nil { members.append((key: "email", value: .string(row.email))) }
        members.append((key: "action", value: .string(row.action.rawValue)))
        if let reason = row.reason { members.append((key: "reason", value: .string(reason))) }
        if let kept = row.keptItem { members.append((key: "kept_item", value: .integer(kept))) }
        if let contact = row.contact { members.append((key: "contact", value: ContactPayload.withTags.value(contact))) }
        return .object(JSONObject(members))
    }

    /// A list's faults are told by index, a file's by row, counted with the header, and line.
    private static func fault(_ fault: RowFault, _ format: ImportFormat) -> JSONValue {
        let errors = fault.errors.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
        var members: [(key: String, value: JSONValue)] =
            switch format {
            case .json: [(key: "index", value: .integer(fault.item - 1)), (key: "item", value: .integer(fault.item))]
            case .csv: [(key: "row", value: .integer(fault.item + 1)), (key: "line", value: .integer(fault.line))]
            }
        if let email = fault.email { members.append((key: "email", value: .string(email))) }
        members.append((key: "errors", value: .object(JSONObject(errors))))
        if let details = fault.details {
            let texts = details.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
            members.append((key: "details", value: .object(JSONObject(texts))))
        }
        return .object(JSONObject(members))
    }
}
