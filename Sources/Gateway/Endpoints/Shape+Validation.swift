import Email
import JSON
import Model

extension ObjectShape {
    /// Every fault of an object by its dotted field; null is as good as absent (API.md section 4.1).
    func faults(_ object: JSONObject, prefix: String = "") -> [(field: String, reason: String)] {
        fields.flatMap { field -> [(field: String, reason: String)] in
            guard let value = object[field.name], value != .null else {
                return field.isRequired ? [(prefix + field.name, field.missing)] : []
            }
            let faults = field.shape.faults(value, at: prefix + field.name)
            if faults.isEmpty, field.isRequired, let text = value.stringValue, text.allSatisfy(\.isWhitespace) {
                return [(prefix + field.name, field.missing)]
            }
            return faults
        }
    }
}

extension Shape {
    /// More faults of one list are not told.
    private static let maximumListFaults = 100

    /// Why a value is not of this shape, by dotted field; empty when it is.
    func faults(_ value: JSONValue, at path: String) -> [(field: String, reason: String)] {
        switch self {
        case .any: []
        case .nullable(let shape): value == .null ? [] : shape.faults(value, at: path)
        case .object(let shape):
            value.objectValue.map { shape.faults($0, prefix: path + ".") } ?? [(path, "must_be_object")]
        case .freeObject(let maximum): Self.objectFault(value, maximum).map { [(path, $0)] } ?? []
        case .map(let shape, let count): Self.mapFaults(value, shape, count, at: path)
        case .list(let shape, let count): Self.listFaults(value, shape, count, at: path)
        default: scalarFault(value).map { [(path, $0)] } ?? []
        }
    }

    private static func objectFault(_ value: JSONValue, _ maximum: Int?) -> String? {
        guard value.objectValue != nil else { return "must_be_object" }
        guard let maximum, value.text.utf8.count > maximum else { return nil }
        return "too_long"
    }

    private static func mapFaults(_ value: JSONValue, _ shape: Shape, _ count: Int?, at path: String) -> [(field: String, reason: String)] {
        guard let members = value.objectValue?.members else { return [(path, "must_be_object")] }
        if let count, members.count > count { return [(path, "too_many")] }
        return members.flatMap { shape.faults($0.value, at: "\(path).\($0.key)") }
    }

    private static func listFaults(
        _ value: JSONValue,
        _ shape: Shape,
        _ count: ClosedRange<Int>?,
        at path: String
    ) -> [(field: String, reason: String)] {
        guard let items = value.arrayValue else { return [(path, "must_be_list")] }
        if let count, items.count < count.lowerBound { return [(path, "must_be_non_empty_list")] }
        if let count, items.count > count.upperBound { return [(path, "too_many")] }
        if case .string(let rule) = shape, rule.choices == nil, rule.maximum == nil {
            return items.allSatisfy { $0.stringValue != nil } ? [] : [(path, "must_be_list_of_strings")]
        }
        var faults: [(field: String, reason: String)] = []
        for (index, item) in items.enumerated() where faults.count < maximumListFaults {
            faults += shape.faults(item, at: "\(path).\(index)")
        }
        return faults
    }

    private func scalarFault(_ value: JSONValue) -> String? {
        switch self {
        case .string(let rule): Self.stringFault(value, rule)
        case .integer(let range):
            if let number = value.int64Value {
                range.map { $0.contains(number) ? nil : Self.rangeReason($0) } ?? nil
            } else {
                range.map(Self.rangeReason) ?? "must_be_integer"
            }
        case .number: if case .number = value { nil } else { "must_be_number" }
        case .boolean: value.boolValue == nil ? "must_be_boolean" : nil
        case .timestamp: value.stringValue.flatMap { Timestamp(iso8601: $0) } == nil ? "invalid" : nil
        case .email: Self.emailFault(value)
        default: nil
        }
    }

    private static func stringFault(_ value: JSONValue, _ rule: StringRule) -> String? {
        guard let text = value.stringValue else { return rule.choices == nil ? "must_be_string" : "invalid" }
        if let choices = rule.choices { return choices.contains(text) ? nil : "invalid" }
        if let maximum = rule.maximum, text.utf8.count > maximum, text.unicodeScalars.count > maximum { return "too_long" }
        return nil
    }

    /// Blank is told by whoever requires the field.
    private static func emailFault(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return "must_be_string" }
        if text.allSatisfy(\.isWhitespace) { return nil }
        return (try? EmailAddress(text)) == nil ? "invalid" : nil
    }

    private static func rangeReason(_ range: ClosedRange<Int64>) -> String {
        if range.upperBound == .max { return range.lowerBound == 1 ? "must_be_positive_integer" : "must_be_integer" }
        return "must_be_between_\(range.lowerBound)_and_\(range.upperBound)"
    }
}
