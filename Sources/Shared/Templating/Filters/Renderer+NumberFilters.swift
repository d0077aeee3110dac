extension Renderer {
    mutating func applyNumber(_ filter: Filter, to input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        let number = try NumberValue(input)
        switch filter {
        case .plus: return try number.apply(.plus, NumberValue(arguments[0])).value
        case .minus: return try number.apply(.minus, NumberValue(arguments[0])).value
        case .times: return try number.apply(.times, NumberValue(arguments[0])).value
        case .divided_by: return try number.apply(.dividedBy, NumberValue(arguments[0])).value
        case .modulo: return try number.apply(.modulo, NumberValue(arguments[0])).value
        case .at_least:
            let bound = try NumberValue(arguments[0])
            return (bound.order(number) > 0 ? bound : number).value
        case .at_most:
            let bound = try NumberValue(arguments[0])
            return (bound.order(number) < 0 ? bound : number).value
        case .ceil: return whole(number) { $0.ceiling }
        case .floor: return whole(number) { $0.floor }
        case .round: return try rounded(number, arguments)
        default: return absolute(number)
        }
    }

    private func whole(_ number: NumberValue, _ rounding: (DecimalNumber) -> BigInteger) -> Value {
        guard case .decimal(let decimal) = number else { return number.value }
        return NumberValue.big(rounding(decimal)).value
    }

    private func absolute(_ number: NumberValue) -> Value {
        switch number {
        case .small(let integer): integer < 0 ? NumberValue.big(BigInteger(integer).magnitude).value : .integer(integer)
        case .big(let big): .big(big.magnitude)
        case .decimal(let decimal): NumberValue.decimal(decimal.magnitude).value
        }
    }

    /// Digits behind the point, or before it when negative; without digits behind it the result is an integer.
    private func rounded(_ number: NumberValue, _ arguments: FilterArguments) throws(Fault) -> Value {
        let wanted = try NumberValue(arguments[0])
        guard let digits = (wanted.isDecimal ? NumberValue.big(wanted.decimal.truncated).value : wanted.value).smallInteger,
            digits.magnitude <= 1_000
        else { throw Fault(.value, "The filter «round» takes at most 1000 digits.") }
        switch number {
        case .decimal(let decimal):
            let result = decimal.rounded(digits)
            return digits <= 0 ? NumberValue.big(result.floor).value : NumberValue.decimal(result).value
        default:
            return digits >= 0 ? number.value : NumberValue.big(number.decimal.rounded(digits).floor).value
        }
    }
}

extension Value {
    fileprivate var smallInteger: Int? { if case .integer(let value) = self { value } else { nil } }
}

extension DecimalNumber {
    /// The whole part, towards zero.
    fileprivate var truncated: BigInteger { unscaled.isNegative ? ceiling : floor }
}
