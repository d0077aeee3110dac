/// A signed integer of up to 1,152 decimal digits, for arithmetic that leaves 64 bits.
struct BigInteger: Sendable {
    static let base: UInt64 = 1_000_000_000
    static let maximumLimbs = 128

    /// Nine decimal digits each, the lowest first; empty is zero.
    private(set) var limbs: [UInt32]
    private(set) var isNegative: Bool

    init(limbs: [UInt32], isNegative: Bool) {
        var limbs = limbs
        while limbs.last == 0 { limbs.removeLast() }
        self.limbs = limbs
        self.isNegative = isNegative && !limbs.isEmpty
    }

    init(_ value: Int) {
        var rest = value.magnitude
        var limbs: [UInt32] = []
        while rest > 0 {
            limbs.append(UInt32(UInt64(rest) % Self.base))
            rest /= UInt(Self.base)
        }
        self.init(limbs: limbs, isNegative: value < 0)
    }

    /// Optional sign and digits; nil for other text or more digits than are allowed.
    init?(digits text: some StringProtocol) {
        var digits = Array(text.utf8)
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
        guard !digits.isEmpty, digits.count <= Self.maximumLimbs * 9, digits.allSatisfy(\.isDigit) else { return nil }
        var limbs: [UInt32] = []
        var end = digits.count
        while end > 0 {
            let start = max(0, end - 9)
            limbs.append(digits[start..<end].reduce(0) { $0 * 10 + UInt32($1 - 0x30) })
            end = start
        }
        self.init(limbs: limbs, isNegative: isNegative)
    }

    static func powerOfTen(_ exponent: Int) -> BigInteger {
        var limbs = [UInt32](repeating: 0, count: exponent / 9)
        limbs.append((0..<(exponent % 9)).reduce(1) { value, _ in value * 10 })
        return BigInteger(limbs: limbs, isNegative: false)
    }

    var isZero: Bool { limbs.isEmpty }

    /// How many decimal digits it has; 1 for zero.
    var digitCount: Int { limbs.last.map { (limbs.count - 1) * 9 + String($0).utf8.count } ?? 1 }

    var description: String {
        guard let last = limbs.last else { return "0" }
        var text = (isNegative ? "-" : "") + String(last)
        for limb in limbs.dropLast().reversed() {
            let part = String(limb)
            text += String(repeating: "0", count: 9 - part.utf8.count) + part
        }
        return text
    }

    /// The value when it fits 64 bits.
    var int: Int? { limbs.count <= 3 ? Int(description) : nil }

    /// How many bytes its magnitude takes.
    var byteCount: Int {
        var power = BigInteger(1)
        var count = 0
        while Self.order(limbs, power.limbs) >= 0 {
            power = power * BigInteger(256)
            count += 1
        }
        return count
    }

    /// A bit of the two's complement, 0 for the lowest.
    func bit(at index: Int) -> Int {
        guard index >= 0 else { return 0 }
        // A limb has 30 bits; behind the highest one all are the sign.
        guard index <= 30 * limbs.count else { return isNegative ? 1 : 0 }
        let power = (0..<index).reduce(BigInteger(1)) { value, _ in value + value }
        return flooredDivision(by: power).quotient.flooredDivision(by: BigInteger(2)).remainder.isZero ? 0 : 1
    }

    var negated: BigInteger { BigInteger(limbs: limbs, isNegative: !isNegative) }
    var magnitude: BigInteger { BigInteger(limbs: limbs, isNegative: false) }

    func order(_ other: BigInteger) -> Int {
        if isNegative != other.isNegative { return isNegative ? -1 : 1 }
        let order = Self.order(limbs, other.limbs)
        return isNegative ? -order : order
    }

    static func order(_ left: [UInt32], _ right: [UInt32]) -> Int {
        if left.count != right.count { return left.count < right.count ? -1 : 1 }
        for (a, b) in zip(left.reversed(), right.reversed()) where a != b { return a < b ? -1 : 1 }
        return 0
    }
}
