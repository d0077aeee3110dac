import Glibc

/// A text part ready to be written: its transfer encoding and its encoded bytes.
struct TextBody {
    let transferEncoding: StaticString
    let bytes: [UInt8]

    /// Takes text with any line ends.
    ///
    /// Chooses 7bit when nothing can go wrong, else the shorter of quoted-printable and base64.
    init(_ text: [UInt8]) {
        let lines = text.withUnsafeBufferPointer { Self.hasCarriageReturn($0) } ? Self.withLineFeeds(text) : text
        (transferEncoding, bytes) = lines.withUnsafeBufferPointer { text -> (StaticString, [UInt8]) in
            let shape = TextShape(text)
            if !shape.needsEncoding { return ("7bit", Self.withCRLF(text)) }
            if text.count + 2 * shape.encodedBytes > Base64.encodedLength(text.count) {
                return ("base64", Self.withCRLF(text).withUnsafeBufferPointer(Base64.encodeLines))
            }
            return ("quoted-printable", QuotedPrintable.encode(text, encodedBytes: shape.encodedBytes))
        }
    }

    private static func hasCarriageReturn(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = text.baseAddress else { return false }
        return memchr(base, Int32(ASCII.carriageReturn), text.count) != nil
    }

    private static func withLineFeeds(_ text: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: text.count) { output, written in
            var wasReturn = false
            for byte in text {
                if byte == ASCII.carriageReturn {
                    output[written] = ASCII.lineFeed
                    written += 1
                } else if !(byte == ASCII.lineFeed && wasReturn) {
                    output[written] = byte
                    written += 1
                }
                wasReturn = byte == ASCII.carriageReturn
            }
        }
    }

    private static func withCRLF(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count + text.count / 24 + 16)
        var start = 0
        while start < text.count {
            let end = TextShape.lineEnd(in: text, from: start)
            output.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
            if end < text.count {
                output.append(ASCII.carriageReturn)
                output.append(ASCII.lineFeed)
            }
            start = end + 1
        }
        return output
    }
}
