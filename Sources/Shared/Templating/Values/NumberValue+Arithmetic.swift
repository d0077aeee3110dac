extension NumberValue {
    enum Operation: Sendable {
        case plus
        case minus
        case times
        case dividedBy
        case modulo
    }

    /// Integers stay integers (division rounds down); as soon as one side is a decimal the result is one.
    func apply(_ operation: Operation, _ other: NumberValue) throws(Fault) -> NumberValue {
        if operation == .dividedBy || operation == .modulo, other.isZero { throw Fault(.value, "Division by zero.") }
        if case .small(let left) = self, case .small(let right) = other, let result = Self.small(operation, left, right) {
            return .small(result)
        }
        let result: NumberValue
        if isDecimal || other.isDecimal {
            result = .decimal(Self.decimal(operation, decimal, other.decimal))
        } else {
            result = .big(Self.big(operation, integer, other.integer))
        }
        guard result.decimal.isWithinBounds else { throw Self.tooLong }
        return result
    }

    /// nil on overflow.
    private static func small(_ operation: Operation, _ left: Int, _ right: Int) -> Int? {
        let (result, overflow) =
            switch operation {
            case .plus: left.addingReportingOverflow(right)
            case .minus: left.subtractingReportingOverflow(right)
            case .times: left.multipliedReportingOverflow(by: right)
            case .dividedBy: floored(left, right)
            case .modulo: right == -1 ? (0, false) : (left - floored(left, right).0 * right, false)
            }
        return overflow ? nil : result
    }

    private static func floored(_ left: Int, _ right: Int) -> (Int, Bool) {
        let (quotient, overflow) = left.dividedReportingOverflow(by: right)
        if overflow { return (0, true) }
        return (left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient, false)
    }

    private static func big(_ operation: Operation, _ left: BigInteger, _ right: BigInteger) -> BigInteger {
        switch operation {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .dividedBy: left.flooredDivision(by: right).quotient
        case .modulo: left.flooredDivision(by: right).remainder
        }
    }

    private static func decimal(_ operation: Operation, _ left: DecimalNumber, _ right: DecimalNumber) -> DecimalNumber {
        switch operation {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        case .dividedBy: left.divided(by: right)
        case .modulo: left.modulo(right)
        }
    }
}
