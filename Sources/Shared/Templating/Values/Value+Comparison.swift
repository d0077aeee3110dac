import JSON

extension Value {
    /// Equality of the language: numbers by value whatever their kind, `empty` and `blank` as questions, never across kinds.
    func equals(_ other: Value) -> Bool {
        switch (self, other) {
        case (.empty, _): other.isEmptyValue
        case (.blank, _): other.isBlankValue
        case (_, .empty): isEmptyValue
        case (_, .blank): isBlankValue
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)), (.string(let left), .markup(let right)),
            (.markup(let left), .string(let right)), (.markup(let left), .markup(let right)):
            left.utf8.elementsEqual(right.utf8)
        case (.integer(let left), .integer(let right)): left == right
        case (.range(let left, let first), .range(let right, let last)): left == right && first == last
        case (.list(let left), .list(let right)): Value.areEqual(left, right)
        case (.object(let left), .object(let right)): Value.areEqual(left, right)
        default: numericOrder(other) == 0
        }
    }

    private static func areEqual(_ left: ListValue, _ right: ListValue) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where !left[index].equals(right[index]) { return false }
        return true
    }

    private static func areEqual(_ left: JSONObject, _ right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        for (key, value) in left.members {
            guard let other = right[key], Value(value).equals(Value(other)) else { return false }
        }
        return true
    }

    /// An empty string, list or object.
    var isEmptyValue: Bool {
        switch self {
        case .string(let text), .markup(let text): text.isEmpty
        case .list(let list): list.count == 0
        case .object(let object): object.isEmpty
        default: false
        }
    }

    /// Nothing that a reader would see: nil, false, white space, an empty list or object.
    var isBlankValue: Bool {
        switch self {
        case .null, .bool(false): true
        case .string(let text), .markup(let text): text.utf8.allSatisfy(\.isSpace)
        default: isEmptyValue
        }
    }

    /// Below, equal or above (-1, 0, 1) of two numbers; nil when one is no number.
    func numericOrder(_ other: Value) -> Int? {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): return left < right ? -1 : left == right ? 0 : 1
        case (.float(let left), .float(let right)): return left < right ? -1 : left == right ? 0 : left > right ? 1 : nil
        default:
            guard let left = DecimalNumber(number: self), let right = DecimalNumber(number: other) else { return infiniteOrder(other) }
            return left.order(right)
        }
    }

    private func infiniteOrder(_ other: Value) -> Int? {
        switch (self, other) {
        case (.float(let left), .integer), (.float(let left), .big): left.isNaN ? nil : left < 0 ? -1 : 1
        case (.integer, .float(let right)), (.big, .float(let right)): right.isNaN ? nil : right < 0 ? 1 : -1
        default: nil
        }
    }

    /// The order that sorting uses; nil when the two cannot be compared.
    func order(_ other: Value) -> Int? {
        if let left = stringValue, let right = other.stringValue { return Value.order(left, right) }
        if case .list(let left) = self, case .list(let right) = other {
            for index in 0..<min(left.count, right.count) {
                guard let order = left[index].order(right[index]) else { return nil }
                if order != 0 { return order }
            }
            return left.count < right.count ? -1 : left.count == right.count ? 0 : 1
        }
        return numericOrder(other) ?? (equals(other) ? 0 : nil)
    }

    /// By the bytes of UTF-8, which is the order of code points.
    static func order(_ left: String, _ right: String) -> Int {
        if left.utf8.lexicographicallyPrecedes(right.utf8) { return -1 }
        return left.utf8.elementsEqual(right.utf8) ? 0 : 1
    }

    var stringValue: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    /// One key for values that `uniq` and `cycle` take for the same.
    var identityKey: String {
        switch self {
        case .null: "nil"
        case .string(let text), .markup(let text): "s" + text
        case .integer, .big: "i" + text
        case .float: "f" + text
        case .bool: "b" + text
        case .range: "r" + text
        default: "o" + text
        }
    }
}
