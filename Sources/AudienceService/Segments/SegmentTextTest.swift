import JSON
import Postgres

/// Comparisons of text; case does not count.
struct SegmentTextTest: Sendable {
    private let test: SegmentOperator
    private let value: JSONValue?

    init(_ test: SegmentOperator, _ value: JSONValue?) {
        self.test = test
        self.value = value
    }

    func sql(_ expression: SQL) throws(SegmentTest.Reason) -> SQL {
        let text: SQL = "lower(\(fragment: expression))"
        return switch test {
        case .notEquals: "\(fragment: text) IS DISTINCT FROM lower(\(try scalar(value)))"
        case .isIn: "\(fragment: text) = ANY(SELECT lower(item) FROM unnest(\(try list())::text[]) AS item)"
        case .contains: "strpos(\(fragment: text), lower(\(try scalar(value)))) > 0"
        case .startsWith: "starts_with(\(fragment: text), lower(\(try scalar(value))))"
        case .endsWith: "right(\(fragment: text), length(\(try scalar(value))::text)) = lower(\(try scalar(value)))"
        default: "\(fragment: text) = lower(\(try scalar(value)))"
        }
    }

    /// Text, or a boolean or number as its text.
    private func scalar(_ value: JSONValue?) throws(SegmentTest.Reason) -> String {
        let text: String
        switch value {
        case nil: throw SegmentTest.Reason("required")
        case .string(let given): text = given
        case .bool(let flag): text = flag ? "true" : "false"
        case .number(let number): text = number.text
        default: throw SegmentTest.Reason("must_be_string")
        }
        guard !text.isEmpty else { throw SegmentTest.Reason("required") }
        guard text.utf8.count <= SegmentTest.maximumTextBytes else { throw SegmentTest.Reason("too_long") }
        guard !text.utf8.contains(0) else { throw SegmentTest.Reason("invalid") }
        return text
    }

    private func list() throws(SegmentTest.Reason) -> [String] {
        guard let value else { throw SegmentTest.Reason("required") }
        guard let items = value.arrayValue else { throw SegmentTest.Reason("must_be_list") }
        guard !items.isEmpty else { throw SegmentTest.Reason("must_be_non_empty_list") }
        guard items.count <= SegmentCompiler.maximumListValues else { throw SegmentTest.Reason("too_many") }
        var texts: [String] = []
        for item in items { texts.append(try scalar(item)) }
        return texts
    }
}
