extension JSONScanner {
    /// Tells a value of another type (``JSONParseError/Reason/wrongType``) from what is no JSON at all.
    func expectKind(of first: UInt8) throws(JSONParseError) {
        guard current != first else { return }
        throw error(current.map(Self.startsValue) == true ? .wrongType : .syntax)
    }

    func expectNumber() throws(JSONParseError) {
        guard let byte = current else { throw error(.syntax) }
        if byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte) { return }
        throw error(Self.startsValue(byte) ? .wrongType : .syntax)
    }

    /// The value of a number within 64 bits; nil when it has a fraction or exponent or is larger.
    func integer(_ range: Range<Int>) -> Int64? {
        var index = range.lowerBound
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        var value: Int64 = 0
        while index < range.upperBound {
            let byte = bytes[index]
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            let digit = Int64(byte - 0x30)
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowedAgain) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflowed, !overflowedAgain else { return nil }
            value = sum
            index += 1
        }
        return value
    }

    private static func startsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): true
        case UInt8(ascii: "-"), 0x30...0x39: true
        default: false
        }
    }
}
