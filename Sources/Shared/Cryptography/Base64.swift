/// Base64 as RFC 4648 has it: the standard alphabet, or the one for URLs and file names.
///
/// Decoding is strict: no white space, no other alphabet, no bits set beyond the last byte, so that each byte string has exactly one text.
package struct Base64: Sendable {
    /// The standard alphabet with `=` padding (section 4).
    package static let standard = Base64(last: ("+", "/"), padding: .required)
    /// The standard alphabet without padding, as in PHC strings.
    package static let unpadded = Base64(last: ("+", "/"), padding: .none)
    /// The alphabet for URLs without padding (section 5).
    package static let url = Base64(last: ("-", "_"), padding: .none)

    private enum Padding { case required, none }

    private static let invalid: UInt8 = 0xFF
    private let alphabet: [UInt8]
    private let values: [UInt8]
    private let padding: Padding

    private init(last: (Unicode.Scalar, Unicode.Scalar), padding: Padding) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        alphabet = Array(letters.utf8) + [UInt8(ascii: last.0), UInt8(ascii: last.1)]
        var values = [UInt8](repeating: Self.invalid, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
        self.padding = padding
    }
}

extension Base64 {
    /// The text of the bytes.
    package func encode(_ bytes: some Collection<UInt8>) -> String {
        bytes.withContiguousBytes { input in
            String(unsafeUninitializedCapacity: encodedCount(input.count)) { output in encode(input, into: output) }
        }
    }

    /// The text of the bytes as ASCII bytes, for bodies that are put together as bytes.
    package func encodeToBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.withContiguousBytes { input in
            [UInt8](unsafeUninitializedCapacity: encodedCount(input.count)) { output, count in count = encode(input, into: output) }
        }
    }

    private func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    private func encode(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        alphabet.withUnsafeBufferPointer { alphabet in
            var read = 0
            var written = 0
            while read + 3 <= input.count {
                let group = UInt32(input[read]) << 16 | UInt32(input[read + 1]) << 8 | UInt32(input[read + 2])
                output[written] = alphabet[Int(group >> 18)]
                output[written + 1] = alphabet[Int(group >> 12 & 63)]
                output[written + 2] = alphabet[Int(group >> 6 & 63)]
                output[written + 3] = alphabet[Int(group & 63)]
                read += 3
                written += 4
            }
            let rest = input.count - read
            guard rest > 0 else { return written }
            let group = UInt32(input[read]) << 16 | (rest == 2 ? UInt32(input[read + 1]) << 8 : 0)
            for index in 0...rest {
                output[written] = alphabet[Int(group >> (18 - 6 * UInt32(index)) & 63)]
                written += 1
            }
            guard padding == .required else { return written }
            for _ in rest..<3 {
                output[written] = UInt8(ascii: "=")
                written += 1
            }
            return written
        }
    }
}

extension Base64 {
    /// The bytes of the text; nil when it is not exactly what ``encode(_:)`` would give.
    package func decode(_ text: some StringProtocol) -> [UInt8]? { decode(text.utf8) }

    /// The bytes of the ASCII text; nil when it is not exactly what ``encode(_:)`` would give.
    package func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        text.withContiguousBytes { text in
            guard let count = digitCount(of: text), count % 4 != 1 else { return nil }
            var isValid = true
            let bytes = [UInt8](unsafeUninitializedCapacity: count / 4 * 3 + 2) { output, written in
                isValid = decode(UnsafeBufferPointer(rebasing: text[0..<count]), into: output, &written)
            }
            return isValid ? bytes : nil
        }
    }

    /// How many characters stand before the padding; nil when the padding is wrong.
    private func digitCount(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard padding == .required else { return text.count }
        guard text.count % 4 == 0 else { return nil }
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        return count
    }

    private func decode(_ text: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>, _ written: inout Int) -> Bool {
        values.withUnsafeBufferPointer { values in
            var group: UInt32 = 0
            var bits: UInt32 = 0
            for character in text {
                let value = values[Int(character)]
                guard value != Self.invalid else { return false }
                group = group << 6 | UInt32(value)
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    output[written] = UInt8(truncatingIfNeeded: group >> bits)
                    written += 1
                }
            }
            return group & (1 << bits - 1) == 0
        }
    }
}
