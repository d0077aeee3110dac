import Glibc

/// What the choice of a transfer encoding needs to know about a text whose lines end in LF alone.
struct TextShape {
    /// Bytes that quoted-printable has to encode, line starts and ends apart.
    var encodedBytes = 0
    /// A byte outside ASCII, a control character, a line over 998 bytes, or a line that relays or readers could change or mistake.
    var needsEncoding = false

    init(_ text: UnsafeBufferPointer<UInt8>) {
        let (usual, equalSigns) = Self.counts(text)
        let unusual = text.count - usual
        encodedBytes = unusual + equalSigns
        needsEncoding = unusual > 0 || Self.hasDelicateLine(text)
    }

    /// Counts printable ASCII with LF and TAB, and among it the equal signs.
    ///
    /// Blocks that a byte can count, without branches and overflow checks: the compiler makes vector instructions of that.
    private static func counts(_ text: UnsafeBufferPointer<UInt8>) -> (usual: Int, equalSigns: Int) {
        var usual = 0
        var equalSigns = 0
        var start = 0
        while start < text.count {
            let block = UnsafeBufferPointer(rebasing: text[start..<min(text.count, start + 240)])
            var usualHere: UInt8 = 0
            var equalHere: UInt8 = 0
            for byte in block {
                let isPrintable: UInt8 = byte &- 0x20 < 0x5F ? 1 : 0
                let isLineFeed: UInt8 = byte == ASCII.lineFeed ? 1 : 0
                let isTab: UInt8 = byte == ASCII.tab ? 1 : 0
                usualHere &+= isPrintable | isLineFeed | isTab
                equalHere &+= byte == UInt8(ascii: "=") ? 1 : 0
            }
            usual += Int(usualHere)
            equalSigns += Int(equalHere)
            start += 240
        }
        return (usual, equalSigns)
    }

    /// A line over 998 bytes, or one that starts with `.` or `From ` or like a boundary of ours, or ends in white space.
    private static func hasDelicateLine(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var start = 0
        while start < text.count {
            let end = lineEnd(in: text, from: start)
            if end - start > 998 { return true }
            if end > start {
                let last = text[end - 1]
                if last == ASCII.space || last == ASCII.tab { return true }
                switch text[start] {
                case UInt8(ascii: "."): return true
                case UInt8(ascii: "-"): if startsLikeBoundary(text, start, end) { return true }
                case UInt8(ascii: "F"): if startsWithFrom(UnsafeBufferPointer(rebasing: text[start..<end])) { return true }
                default: break
                }
            }
            start = end + 1
        }
        return false
    }

    /// The position of the next LF, or the end.
    static func lineEnd(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = text.baseAddress, let found = memchr(base + start, Int32(ASCII.lineFeed), text.count - start) else {
            return text.count
        }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    static func startsWithFrom(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        line.count >= 5 && line[0] == UInt8(ascii: "F") && line[1] == UInt8(ascii: "r") && line[2] == UInt8(ascii: "o")
            && line[3] == UInt8(ascii: "m") && line[4] == ASCII.space
    }

    private static func startsLikeBoundary(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end - start >= 4 && text[start + 1] == UInt8(ascii: "-") && text[start + 2] == UInt8(ascii: "=")
            && text[start + 3] == UInt8(ascii: "_")
    }
}
