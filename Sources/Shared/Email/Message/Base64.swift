/// Base64 of RFC 2045: the standard alphabet with padding.
enum Base64 {
    /// Encodes on one line.
    static func encode(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        encode(bytes, bytesPerLine: max(bytes.count, 1))
    }

    /// Encodes in lines of 76 columns that end in CRLF.
    static func encodeLines(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        encode(bytes, bytesPerLine: 57, endsLines: true)
    }

    /// The length of `encodeLines` for so many bytes.
    static func encodedLength(_ count: Int) -> Int {
        (count + 2) / 3 * 4 + (count + 56) / 57 * 2
    }

    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, bytesPerLine: Int, endsLines: Bool = false) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: encodedLength(bytes.count) + 4) { output, written in
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + bytesPerLine)
                written = encodeRun(UnsafeBufferPointer(rebasing: bytes[start..<end]), to: output, at: written)
                if endsLines {
                    output[written] = ASCII.carriageReturn
                    output[written + 1] = ASCII.lineFeed
                    written += 2
                }
                start = end
            }
        }
    }

    private static func encodeRun(
        _ bytes: UnsafeBufferPointer<UInt8>,
        to output: UnsafeMutableBufferPointer<UInt8>,
        at position: Int
    ) -> Int {
        var write = position
        var read = 0
        alphabet.withUTF8Buffer { alphabet in
            while read + 2 < bytes.count {
                let group = UInt32(bytes[read]) << 16 | UInt32(bytes[read + 1]) << 8 | UInt32(bytes[read + 2])
                output[write] = alphabet[Int(group >> 18)]
                output[write + 1] = alphabet[Int(group >> 12 & 63)]
                output[write + 2] = alphabet[Int(group >> 6 & 63)]
                output[write + 3] = alphabet[Int(group & 63)]
                read += 3
                write += 4
            }
            guard read < bytes.count else { return }
            let hasTwo = read + 1 < bytes.count
            let group = UInt32(bytes[read]) << 16 | (hasTwo ? UInt32(bytes[read + 1]) << 8 : 0)
            output[write] = alphabet[Int(group >> 18)]
            output[write + 1] = alphabet[Int(group >> 12 & 63)]
            output[write + 2] = hasTwo ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "=")
            output[write + 3] = UInt8(ascii: "=")
            write += 4
        }
        return write
    }

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}
