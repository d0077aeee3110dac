extension BigInteger {
    static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        if left.isNegative == right.isNegative {
            return BigInteger(limbs: sum(left.limbs, right.limbs), isNegative: left.isNegative)
        }
        if order(left.limbs, right.limbs) >= 0 {
            return BigInteger(limbs: difference(left.limbs, right.limbs), isNegative: left.isNegative)
        }
        return BigInteger(limbs: difference(right.limbs, left.limbs), isNegative: right.isNegative)
    }

    static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + right.negated }

    static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        var result = [UInt32](repeating: 0, count: left.limbs.count + right.limbs.count + 1)
        for (i, a) in left.limbs.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in right.limbs.enumerated() {
                let value = UInt64(result[i + j]) + UInt64(a) * UInt64(b) + carry
                result[i + j] = UInt32(value % base)
                carry = value / base
            }
            result[i + right.limbs.count] = UInt32(carry)
        }
        return BigInteger(limbs: result, isNegative: left.isNegative != right.isNegative)
    }

    /// Division rounded towards minus infinity, with the remainder that has the divisor's sign.
    ///
    /// The divisor must not be zero.
    func flooredDivision(by divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
        let (quotientLimbs, remainderLimbs) = Self.divide(limbs, divisor.limbs)
        var quotient = BigInteger(limbs: quotientLimbs, isNegative: isNegative != divisor.isNegative)
        var remainder = BigInteger(limbs: remainderLimbs, isNegative: isNegative)
        if !remainder.isZero, isNegative != divisor.isNegative {
            quotient = quotient - BigInteger(1)
            remainder = remainder + divisor
        }
        return (quotient, remainder)
    }

    private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var carry: UInt32 = 0
        for index in 0..<max(left.count, right.count) {
            let value = (index < left.count ? left[index] : 0) + (index < right.count ? right[index] : 0) + carry
            result.append(value % UInt32(base))
            carry = value / UInt32(base)
        }
        result.append(carry)
        return result
    }

    /// The left side must not be below the right one.
    private static func difference(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        var borrow: Int64 = 0
        for index in 0..<left.count {
            var value = Int64(left[index]) - (index < right.count ? Int64(right[index]) : 0) - borrow
            borrow = value < 0 ? 1 : 0
            if value < 0 { value += Int64(base) }
            result.append(UInt32(value))
        }
        return result
    }

    /// Schoolbook long division; each digit of the quotient is found by bisection, which cannot be off by one.
    private static func divide(_ left: [UInt32], _ right: [UInt32]) -> (quotient: [UInt32], remainder: [UInt32]) {
        var quotient = [UInt32](repeating: 0, count: left.count)
        var remainder: [UInt32] = []
        for index in left.indices.reversed() {
            remainder.insert(left[index], at: 0)
            while remainder.last == 0 { remainder.removeLast() }
            guard order(remainder, right) >= 0 else { continue }
            var low: UInt64 = 1
            var high = base - 1
            while low < high {
                let middle = (low + high + 1) / 2
                if order(scaled(right, middle), remainder) <= 0 { low = middle } else { high = middle - 1 }
            }
            quotient[index] = UInt32(low)
            remainder = difference(remainder, scaled(right, low))
            while remainder.last == 0 { remainder.removeLast() }
        }
        return (quotient, remainder)
    }

    private static func scaled(_ limbs: [UInt32], _ factor: UInt64) -> [UInt32] {
        var result: [UInt32] = []
        var carry: UInt64 = 0
        for limb in limbs {
            let value = UInt64(limb) * factor + carry
            result.append(UInt32(value % base))
            carry = value / base
        }
        if carry > 0 { result.append(UInt32(carry)) }
        return result
    }
}
