/// Walks over the bytes of a JSON text; everything that reads JSON stands on it.
///
/// Lives only inside a `withUnsafeBufferPointer` of its owner. Every function expects ``position`` at the first byte of what it takes
/// and leaves it behind the last; white space is taken by ``skipSpace()`` alone.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    var position: Int

    @inline(__always)
    init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    @inline(__always)
    var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    @inline(__always)
    func error(_ reason: JSONParseError.Reason) -> JSONParseError { JSONParseError(reason: reason, offset: position) }

    @inline(__always)
    mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 0x20 {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position &+= 1
            default: return
            }
        }
    }

    /// Takes `byte` when it is next.
    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position &+= 1
        return true
    }

    @inline(__always)
    mutating func expect(_ byte: UInt8) throws(JSONParseError) {
        guard take(byte) else { throw error(.syntax) }
    }

    /// Takes `true`, `false` or `null`.
    mutating func word(_ text: StaticString) throws(JSONParseError) {
        for index in 0..<text.utf8CodeUnitCount {
            guard current == text.utf8Start[index] else { throw error(.syntax) }
            position += 1
        }
    }

    /// Takes a number by the grammar of RFC 8259 section 6 and returns where it stands.
    mutating func number() throws(JSONParseError) -> Range<Int> {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return start..<position
    }

    private mutating func digits() throws(JSONParseError) {
        let start = position
        while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > start else { throw error(.syntax) }
    }

    @inline(__always)
    func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}
