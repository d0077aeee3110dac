import Contracts
import JSON
import Model
import Postgres

/// Turns a segment's rules into one SQL condition; every value of the client's becomes a parameter.
///
/// Rules are a tree: `{"all": […]}`, `{"any": […]}`, `{"not": …}`, or a condition `{"field", "operator", "value"}`. Whatever is wrong is a
/// fault at its path (`rules.all.0.value`); all faults are found together.
struct SegmentCompiler {
    static let maximumDepth = 8
    static let maximumConditions = 100
    static let maximumListValues = 1_000
    private static let maximumFaults = 100

    let audienceID: AudienceID
    /// What `within_days` counts back from.
    let now: Timestamp
    private(set) var faults: [String: String] = [:]
    private var conditions = 0
    private var needsContacts = false
    private var needsEngagement = false

    init(audienceID: AudienceID, now: Timestamp) {
        self.audienceID = audienceID
        self.now = now
    }

    /// Throws all faults of the rules together.
    static func compile(_ rules: JSONValue, audienceID: AudienceID, now: Timestamp) throws(ValidationFailure) -> CompiledRules {
        var compiler = SegmentCompiler(audienceID: audienceID, now: now)
        let condition = compiler.node(rules, at: "rules", depth: 1)
        guard compiler.faults.isEmpty else { throw ValidationFailure(compiler.faults) }
        return CompiledRules(
            condition: condition,
            needsContacts: compiler.needsContacts,
            needsEngagement: compiler.needsEngagement
        )
    }

    mutating func fault(_ path: String, _ reason: String) {
        if faults.count < Self.maximumFaults, faults[path] == nil { faults[path] = reason }
    }

    private mutating func node(_ value: JSONValue, at path: String, depth: Int) -> SQL {
        guard let object = value.objectValue else {
            fault(path, "must_be_object")
            return "false"
        }
        guard depth <= Self.maximumDepth else {
            fault(path, "too_deep")
            return "false"
        }
        let kinds = ["all", "any", "not", "field"].filter { object[$0] != nil }
        guard kinds.count == 1, let kind = kinds.first else {
            fault(path, "must_have_one_of_all_any_not_field")
            return "false"
        }
        let known: Set<String> = kind == "field" ? ["field", "operator", "value"] : [kind]
        for key in object.keys where !known.contains(key) { fault("\(path).\(key)", "unknown") }
        switch kind {
        case "all": return group(object[kind] ?? .null, " AND ", at: path + ".all", depth: depth)
        case "any": return group(object[kind] ?? .null, " OR ", at: path + ".any", depth: depth)
        case "not": return "NOT \(fragment: node(object[kind] ?? .null, at: path + ".not", depth: depth + 1))"
        default: return condition(object, at: path)
        }
    }

    private mutating func group(_ value: JSONValue, _ word: StaticString, at path: String, depth: Int) -> SQL {
        guard let items = value.arrayValue else {
            fault(path, "must_be_list")
            return "false"
        }
        guard !items.isEmpty else {
            fault(path, "must_be_non_empty_list")
            return "false"
        }
        var joined: SQL?
        for (index, item) in items.prefix(Self.maximumConditions + 1).enumerated() {
            let part = node(item, at: "\(path).\(index)", depth: depth + 1)
            joined = joined.map { "\(fragment: $0)\(unescaped: word)\(fragment: part)" } ?? part
        }
        return "(\(fragment: joined ?? "false"))"
    }

    /// A condition that is never NULL, so that `not` means what it says.
    private mutating func condition(_ object: JSONObject, at path: String) -> SQL {
        conditions += 1
        guard conditions <= Self.maximumConditions else {
            fault("rules", "too_many_conditions")
            return "false"
        }
        guard let name = object["field"]?.stringValue else {
            fault(path + ".field", "must_be_string")
            return "false"
        }
        guard let field = SegmentField(name) else {
            fault(path + ".field", "unknown")
            return "false"
        }
        guard let symbol = object["operator"]?.stringValue else {
            fault(path + ".operator", object["operator"] == nil ? "required" : "must_be_string")
            return "false"
        }
        guard let test = SegmentOperator(rawValue: symbol), field.operators.contains(test) else {
            fault(path + ".operator", "must_be_one_of_\(field.operators.map(\.rawValue).joined(separator: "_or_"))")
            return "false"
        }
        needsContacts = needsContacts || field.needsContacts
        needsEngagement = needsEngagement || field.needsEngagement
        let tester = SegmentTest(audienceID: audienceID, now: now, test: test, value: object["value"])
        switch tester.sql(field) {
        case .success(let sql): return "coalesce(\(fragment: sql), false)"
        case .failure(let reason):
            fault(path + ".value", reason.text)
            return "false"
        }
    }
}
