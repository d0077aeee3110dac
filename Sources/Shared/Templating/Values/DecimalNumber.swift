/// An exact decimal fraction: arithmetic on floats goes through it, so that 10.1 minus 2.2 is 7.9.
struct DecimalNumber: Sendable {
    private(set) var unscaled: BigInteger
    /// Digits behind the point, never negative.
    private(set) var scale: Int
    /// Whether it is the zero that is written `-0.0`.
    private let isNegativeZero: Bool

    /// `isNegative` is the sign of a zero, which the digits do not show.
    init(_ unscaled: BigInteger, scale: Int = 0, isNegative: Bool = false) {
        self.unscaled = unscaled
        self.scale = scale
        isNegativeZero = isNegative && unscaled.isZero
    }

    /// The shortest text of a finite double, exactly.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.init(text: value.description)
    }

    /// The value of a number; nil for other kinds and for infinities.
    init?(number: Value) {
        switch number {
        case .integer(let value): self.init(BigInteger(value))
        case .big(let value): self.init(value)
        case .float(let value): self.init(value)
        default: return nil
        }
    }

    /// `-12.34` or `1.5e-07`.
    init?(text: String) {
        let parts = text.split(separator: "e")
        guard let mantissa = parts.first else { return nil }
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let halves = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = halves.count > 1 ? String(halves[1]) : ""
        guard let digits = BigInteger(digits: String(halves[0]) + fraction) else { return nil }
        let scale = fraction.utf8.count - exponent
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        if scale >= 0 {
            self.init(digits, scale: scale, isNegative: isNegative)
        } else {
            self.init(digits * .powerOfTen(-scale), isNegative: isNegative)
        }
    }

    var isZero: Bool { unscaled.isZero }
    var magnitude: DecimalNumber { DecimalNumber(unscaled.magnitude, scale: scale) }
    var double: Double { isNegativeZero ? -0.0 : Double("\(unscaled.description)e-\(scale)") ?? 0 }
    private var isNegative: Bool { unscaled.isNegative || isNegativeZero }
    private var negated: DecimalNumber { DecimalNumber(unscaled.negated, scale: scale, isNegative: !isNegative) }

    /// Whether further arithmetic with it stays within bounds.
    var isWithinBounds: Bool { unscaled.limbs.count <= BigInteger.maximumLimbs && scale <= BigInteger.maximumLimbs * 9 }

    private func unscaled(at scale: Int) -> BigInteger {
        scale > self.scale ? unscaled * .powerOfTen(scale - self.scale) : unscaled
    }

    func order(_ other: DecimalNumber) -> Int {
        let scale = max(scale, other.scale)
        return unscaled(at: scale).order(other.unscaled(at: scale))
    }

    static func + (left: DecimalNumber, right: DecimalNumber) -> DecimalNumber {
        let scale = max(left.scale, right.scale)
        let sum = left.unscaled(at: scale) + right.unscaled(at: scale)
        return DecimalNumber(sum, scale: scale, isNegative: left.isNegativeZero && right.isNegativeZero)
    }

    static func - (left: DecimalNumber, right: DecimalNumber) -> DecimalNumber { left + right.negated }

    static func * (left: DecimalNumber, right: DecimalNumber) -> DecimalNumber {
        DecimalNumber(left.unscaled * right.unscaled, scale: left.scale + right.scale, isNegative: left.isNegative != right.isNegative)
    }

    /// At least 40 significant digits of the quotient.
    ///
    /// The divisor must not be zero.
    func divided(by divisor: DecimalNumber) -> DecimalNumber {
        let common = max(scale, divisor.scale)
        let left = unscaled(at: common)
        let right = divisor.unscaled(at: common)
        let extra = max(40, right.digitCount - left.digitCount + 40)
        let quotient = (left.magnitude * .powerOfTen(extra)).flooredDivision(by: right.magnitude).quotient
        let isNegative = isNegative != divisor.isNegative
        return DecimalNumber(isNegative ? quotient.negated : quotient, scale: extra, isNegative: isNegative)
    }

    /// The remainder with the divisor's sign.
    ///
    /// The divisor must not be zero.
    func modulo(_ divisor: DecimalNumber) -> DecimalNumber {
        let common = max(scale, divisor.scale)
        return DecimalNumber(unscaled(at: common).flooredDivision(by: divisor.unscaled(at: common)).remainder, scale: common)
    }

    /// The largest integer not above it.
    var floor: BigInteger { unscaled.flooredDivision(by: .powerOfTen(scale)).quotient }
    /// The smallest integer not below it.
    var ceiling: BigInteger { DecimalNumber(unscaled.negated, scale: scale).floor.negated }

    /// Rounded to digits behind the point (before it when negative), halves away from zero.
    func rounded(_ digits: Int) -> DecimalNumber {
        guard digits < scale else { return self }
        let drop = scale - digits
        guard drop <= unscaled.digitCount + 1 else { return DecimalNumber(BigInteger(0), isNegative: isNegative) }
        let unit = BigInteger.powerOfTen(drop)
        let doubled = unscaled.magnitude * BigInteger(2) + unit
        let magnitude = doubled.flooredDivision(by: unit * BigInteger(2)).quotient
        let signed = isNegative ? magnitude.negated : magnitude
        guard digits < 0 else { return DecimalNumber(signed, scale: digits, isNegative: isNegative) }
        return DecimalNumber(signed * .powerOfTen(-digits))
    }
}
