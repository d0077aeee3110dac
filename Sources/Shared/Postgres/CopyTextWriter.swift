/// Builds lines for COPY's text format (PostgreSQL, COPY, "Text Format").
package struct CopyTextWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var isRowBegun = false

    package init() {}

    package mutating func text(_ value: some StringProtocol) {
        separate()
        if value.utf8.withContiguousStorageIfAvailable({ append($0) }) == nil {
            for byte in value.utf8 { append(byte) }
        }
    }

    /// Text that is UTF-8 already; the server refuses what is not.
    package mutating func utf8(_ value: ArraySlice<UInt8>) {
        separate()
        value.withUnsafeBufferPointer { append($0) }
    }

    package mutating func integer(_ value: Int64) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
    }

    package mutating func null() {
        separate()
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(UInt8(ascii: "N"))
    }

    package mutating func endRow() {
        bytes.append(UInt8(ascii: "\n"))
        isRowBegun = false
    }

    /// The bytes so far; the writer is empty again and keeps its place in the row.
    package mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        taken.reserveCapacity(bytes.count)
        swap(&taken, &bytes)
        return taken
    }

    private mutating func separate() {
        if isRowBegun { bytes.append(UInt8(ascii: "\t")) }
        isRowBegun = true
    }

    /// Runs of bytes that stand for themselves go over in one piece.
    private mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in source.indices {
            let byte = source[index]
            guard byte == UInt8(ascii: "\\") || (0x09...0x0D).contains(byte) else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<index]))
            append(byte)
            start = index + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[start...]))
    }

    private mutating func append(_ byte: UInt8) {
        let escaped: UInt8
        switch byte {
        case UInt8(ascii: "\\"): escaped = byte
        case UInt8(ascii: "\n"): escaped = UInt8(ascii: "n")
        case UInt8(ascii: "\r"): escaped = UInt8(ascii: "r")
        case UInt8(ascii: "\t"): escaped = UInt8(ascii: "t")
        default: return bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(escaped)
    }
}
