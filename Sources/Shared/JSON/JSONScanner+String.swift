import Glibc

extension JSONScanner {
    /// Takes a string in quotes, checks its UTF-8 and its escapes, and returns what stands between the quotes.
    @inline(__always)
    mutating func rawString() throws(JSONParseError) -> (content: Range<Int>, hasEscapes: Bool) {
        try expect(UInt8(ascii: "\""))
        let start = position
        // Most strings are short: these end before the wide steps pay.
        let near = min(start &+ 16, bytes.count)
        while position < near, Self.isPlain(bytes[position]) { position &+= 1 }
        if position < near, bytes[position] == UInt8(ascii: "\"") {
            position &+= 1
            return (start..<(position &- 1), false)
        }
        return try rawString(from: start)
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte &- 0x20 < 0x5F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Goes on behind bytes that are looked at already.
    private mutating func rawString(from start: Int) throws(JSONParseError) -> (content: Range<Int>, hasEscapes: Bool) {
        var hasEscapes = false
        while true {
            position = bytes.plainEnd(from: position)
            guard let byte = current else { throw error(.syntax) }
            if byte == UInt8(ascii: "\"") {
                position += 1
                return (start..<(position - 1), hasEscapes)
            } else if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                _ = try escape()
            } else if byte < 0x20 {
                throw error(.syntax)
            } else if byte < 0x80 {
                position += 1
            } else {
                try multibyte(byte)
            }
        }
    }

    mutating func string() throws(JSONParseError) -> String {
        let (content, hasEscapes) = try rawString()
        return hasEscapes ? unescaped(content) : text(content)
    }

    /// The text of a string's content that ``rawString()`` has checked.
    func unescaped(_ content: Range<Int>) -> String {
        var scanner = JSONScanner(UnsafeBufferPointer(rebasing: bytes[content]))
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        while let base = scanner.bytes.baseAddress, scanner.position < scanner.bytes.count {
            let start = base + scanner.position
            let rest = scanner.bytes.count - scanner.position
            let plain = memchr(start, 0x5C, rest).map { UnsafeRawPointer(start).distance(to: UnsafeRawPointer($0)) } ?? rest
            result.append(contentsOf: UnsafeBufferPointer(start: start, count: plain))
            scanner.position += plain
            guard plain < rest, let scalar = try? scanner.escape() else { break }
            if scalar.isASCII { result.append(UInt8(truncatingIfNeeded: scalar.value)) } else { result.append(contentsOf: String(scalar).utf8) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Takes one well-formed UTF-8 sequence (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF).
    private mutating func multibyte(_ first: UInt8) throws(JSONParseError) {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: length = 3
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw error(.invalidUTF8)
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { throw error(.invalidUTF8) }
        for index in (position + 2)..<max(position + length, position + 2) where bytes[index] & 0xC0 != 0x80 {
            throw error(.invalidUTF8)
        }
        position += length
    }

    /// Takes one escape sequence, a surrogate pair as one.
    private mutating func escape() throws(JSONParseError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let kind = current else { throw error(.syntax) }
        position += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(kind)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default:
            position -= 1
            throw error(.syntax)
        }
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        // Half of a pair is no character: it cannot be kept in UTF-8.
        guard high < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw JSONParseError(reason: .syntax, offset: start) }
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) else {
            throw JSONParseError(reason: .syntax, offset: start)
        }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current else { throw error(.syntax) }
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: throw error(.syntax)
            }
            position += 1
        }
        return value
    }
}
