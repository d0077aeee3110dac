/// A number as arithmetic filters see a value: an integer, or an exact decimal that came from a float.
enum NumberValue: Sendable {
    case small(Int)
    case big(BigInteger)
    case decimal(DecimalNumber)

    /// What a value counts as: a string by the number it starts with, everything that is no number as 0.
    init(_ value: Value) throws(Fault) {
        switch value {
        case .integer(let integer): self = .small(integer)
        case .big(let big): self = .big(big)
        case .float(let double):
            guard let decimal = DecimalNumber(double) else { throw Fault(.value, "The number is infinite.") }
            self = .decimal(decimal)
        case .string(let text), .markup(let text): self = try NumberValue(text: text)
        default: self = .small(0)
        }
    }

    private init(text: String) throws(Fault) {
        if NumberValue.isDecimal(text) {
            let trimmed = String(decoding: text.utf8.drop(while: \.isSpace).prefix { !$0.isSpace }, as: UTF8.self)
            guard let decimal = DecimalNumber(text: trimmed) else { throw NumberValue.tooLong }
            self = .decimal(decimal)
        } else {
            self = try NumberValue.leadingInteger(text)
        }
    }

    static var tooLong: Fault { Fault(.outOfMemory, "A number has too many digits.") }

    /// `-?digits.digits` with white space around.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8.drop(while: \.isSpace)
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let fraction = rest.drop(while: \.isDigit)
        guard fraction.startIndex > rest.startIndex, fraction.first == UInt8(ascii: ".") else { return false }
        let tail = fraction.dropFirst().drop(while: \.isDigit)
        return tail.startIndex > fraction.index(after: fraction.startIndex) && tail.allSatisfy(\.isSpace)
    }

    /// The integer that a text starts with, else 0.
    ///
    /// A single `_` may stand between digits.
    static func leadingInteger(_ text: String) throws(Fault) -> NumberValue {
        var digits: [UInt8] = []
        var rest = text.utf8.drop(while: \.isSpace)
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            digits.append(sign)
            rest = rest.dropFirst()
        }
        var hasDigit = false
        var last: UInt8 = UInt8(ascii: "_")
        for byte in rest {
            if byte.isDigit { digits.append(byte) } else if byte != UInt8(ascii: "_") || last == byte { break }
            hasDigit = hasDigit || byte.isDigit
            last = byte
        }
        guard hasDigit else { return .small(0) }
        let string = String(decoding: digits, as: UTF8.self)
        if let integer = Int(string) { return .small(integer) }
        guard let big = BigInteger(digits: string) else { throw tooLong }
        return .big(big)
    }

    var value: Value {
        switch self {
        case .small(let integer): .integer(integer)
        case .big(let big): big.int.map(Value.integer) ?? .big(big)
        case .decimal(let decimal): .float(decimal.double)
        }
    }

    var isZero: Bool {
        switch self {
        case .small(let integer): integer == 0
        case .big(let big): big.isZero
        case .decimal(let decimal): decimal.isZero
        }
    }

    var isDecimal: Bool { if case .decimal = self { true } else { false } }

    var integer: BigInteger {
        switch self {
        case .small(let integer): BigInteger(integer)
        case .big(let big): big
        case .decimal(let decimal): decimal.floor
        }
    }

    var decimal: DecimalNumber {
        switch self {
        case .decimal(let decimal): decimal
        default: DecimalNumber(integer)
        }
    }

    func order(_ other: NumberValue) -> Int {
        if case .small(let left) = self, case .small(let right) = other { return left < right ? -1 : left == right ? 0 : 1 }
        return decimal.order(other.decimal)
    }
}
