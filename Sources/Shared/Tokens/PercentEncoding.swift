/// Percent-encoding for one value within a URL (RFC 3986 section 2).
package enum PercentEncoding {
    /// Encodes every byte but the unreserved ones (letters, digits, `-._~`), with upper-case digits.
    package static func encode(_ text: String) -> String {
        let input = text.utf8
        return String(unsafeUninitializedCapacity: input.count * 3) { output in
            var count = 0
            for byte in input {
                if isUnreserved(byte) {
                    output[count] = byte
                    count += 1
                } else {
                    output[count] = UInt8(ascii: "%")
                    output[count + 1] = digit(byte >> 4)
                    output[count + 2] = digit(byte & 15)
                    count += 3
                }
            }
            return count
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
