/// Checks bytes against the table of well-formed UTF-8 (Unicode Standard, table 3-7).
enum UTF8Validation {
    /// The offset of the first byte of the first ill-formed sequence, or nil when all is well.
    static func firstInvalidOffset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            guard let shape = shape(of: lead), index + shape.length <= bytes.count, shape.second.contains(bytes[index + 1]) else {
                return index
            }
            for offset in 2..<max(shape.length, 2) where bytes[index + offset] & 0xC0 != 0x80 {
                return index
            }
            index += shape.length
        }
        return nil
    }

    /// The length of a sequence with this lead byte, and what its second byte may be.
    private static func shape(of lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
        switch lead {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }
}
