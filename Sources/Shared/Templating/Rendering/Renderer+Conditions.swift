import JSON

extension Renderer {
    mutating func render(_ branches: [Branch]) throws(Fault) -> Interrupt? {
        for branch in branches {
            if let condition = branch.condition {
                offset = branch.offset
                guard try holds(condition) != branch.isNegated else { continue }
            }
            return try render(branch.body)
        }
        return nil
    }

    /// Every value that matches renders its arm; `else` renders when none before it did.
    mutating func render(_ cases: CaseNode) throws(Fault) -> Interrupt? {
        offset = cases.offset
        var subject = try evaluate(cases.subject)
        var isMatched = false
        for arm in cases.arms {
            guard let values = arm.values else {
                if !isMatched, let interrupt = try render(arm.body) { return interrupt }
                continue
            }
            for value in values {
                offset = arm.offset
                guard try areEqual(subject, try operand(value)) else { continue }
                isMatched = true
                if let interrupt = try render(arm.body) { return interrupt }
                // The arm may have given the subject another value.
                subject = try evaluate(cases.subject)
            }
        }
        return nil
    }

    /// From the left; `and` and `or` take everything to their right as one side.
    mutating func holds(_ condition: Condition) throws(Fault) -> Bool {
        var result = false
        for comparison in condition.comparisons {
            try meter.step()
            result = try holds(comparison) != comparison.isNegated
            if result == comparison.isFollowedByOr { break }
        }
        return result
    }

    private mutating func holds(_ comparison: Condition.Comparison) throws(Fault) -> Bool {
        let left = try operand(comparison.left)
        guard let (comparator, expression) = comparison.right else { return left.isTruthy }
        let right = try operand(expression)
        switch comparator {
        case .equal: return try areEqual(left, right)
        case .notEqual, .different: return try !areEqual(left, right)
        case .contains: return try contains(left, right)
        case .less, .greater, .lessOrEqual, .greaterOrEqual: break
        }
        try meter.step(left.weight + right.weight)
        guard let order = try order(left, right, at: comparison.offset) else { return false }
        switch comparator {
        case .less: return order < 0
        case .greater: return order > 0
        case .lessOrEqual: return order <= 0
        default: return order >= 0
        }
    }

    /// In a comparison the words `empty` and `blank` are questions.
    private mutating func operand(_ expression: Expression) throws(Fault) -> Value {
        switch expression {
        case .empty: .empty
        case .blank: .blank
        default: try evaluate(expression)
        }
    }

    /// nil when one side has no order at all, which makes every comparison false; a number against a string is an error.
    private func order(_ left: Value, _ right: Value, at position: Int) throws(Fault) -> Int? {
        if let order = left.numericOrder(right) { return order }
        if let left = left.stringValue, let right = right.stringValue { return Value.order(left, right) }
        guard left.isOrdered, right.isOrdered else { return nil }
        let isNotANumber = left.stringValue == nil && right.stringValue == nil
        if isNotANumber { return nil }
        throw Fault(.value, "A number cannot be compared with text.", at: position)
    }

    mutating func areEqual(_ left: Value, _ right: Value) throws(Fault) -> Bool {
        try meter.step(left.weight + right.weight)
        return left.equals(right)
    }

    private mutating func contains(_ left: Value, _ right: Value) throws(Fault) -> Bool {
        guard right.isTruthy else { return false }
        try meter.step(left.weight + right.weight)
        switch left {
        case .string(let text), .markup(let text): return TextSearch.first(of: right.text, in: text) != nil
        case .list(let list):
            for index in 0..<list.count where try areEqual(list[index], right) { return true }
            return false
        case .object(let object): return right.stringValue.map { object[$0] != nil } ?? false
        case .range(let first, let last):
            guard let low = right.numericOrder(.integer(first)), let high = right.numericOrder(.integer(last)) else { return false }
            return low >= 0 && high <= 0
        default: return false
        }
    }
}

extension Value {
    /// Numbers and strings.
    fileprivate var isOrdered: Bool {
        switch self {
        case .integer, .big, .float, .string, .markup: true
        default: false
        }
    }
}
