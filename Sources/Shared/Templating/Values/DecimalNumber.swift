/// An exact decimal fraction: arithmetic on floats goes through it, so that 10.1 minus 2.2 is 7.9.
struct DecimalNumber: Sendable {
    private(set) var unscaled: BigInteger
    /// Digits behind the point, never negative.
    private(set) var scale: Int

    init(_ unscaled: BigInteger, scale: Int = 0) {
        self.unscaled = unscaled
        self.scale = scale
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
        if scale >= 0 {
            self.init(digits, scale: scale)
        } else {
            self.init(digits * .powerOfTen(-scale))
        }
    }

    var isZero: Bool { unscaled.isZero }
    var magnitude: DecimalNumber { DecimalNumber(unscaled.magnitude, scale: scale) }
    var double: Double { Double("\(unscaled.description)e-\(scale)") ?? 0 }

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
        return DecimalNumber(left.unscaled(at: scale) + right.unscaled(at: scale), scale: scale)
    }

    static func - (left: DecimalNumber, right: DecimalNumber) -> DecimalNumber {
        left + DecimalNumber(right.unscaled.negated, scale: right.scale)
    }

    static func * (left: DecimalNumber, right: DecimalNumber) -> DecimalNumber {
        DecimalNumber(left.unscaled * right.unscaled, scale: left.scale + right.scale)
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
        return DecimalNumber(left.isNegative == right.isNegative ? quotient : quotient.negated, scale: extra)
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
        guard drop <= unscaled.digitCount + 1 else { return DecimalNumber(BigInteger(0)) }
        let unit = BigInteger.powerOfTen(drop)
        let doubled = unscaled.magnitude * BigInteger(2) + unit
        let magnitude = doubled.flooredDivision(by: unit * BigInteger(2)).quotient
        let signed = unscaled.isNegative ? magnitude.negated : magnitude
        return digits >= 0 ? DecimalNumber(signed, scale: digits) : DecimalNumber(signed * .powerOfTen(-digits))
    }
}
