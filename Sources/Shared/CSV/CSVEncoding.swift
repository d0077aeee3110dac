/// How the bytes of a CSV file are text.
///
/// Rows are always handed on as UTF-8.
package enum CSVEncoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    /// ISO 8859-1: each byte is the character with that number.
    case latin1 = "latin-1"
    /// Windows code page 1252; its five unassigned bytes refuse the row.
    case windows1252 = "windows-1252"

    /// Finds an encoding by a name people use, in any case: `utf8`, `ISO-8859-1`, `cp1252` and so on.
    package init?(name: String) {
        switch name.lowercased() {
        case "utf-8", "utf8", "utf-8-sig", "us-ascii", "ascii": self = .utf8
        case "latin-1", "latin1", "latin_1", "iso-8859-1", "iso8859-1", "iso_8859-1": self = .latin1
        case "windows-1252", "windows1252", "cp1252", "cp-1252": self = .windows1252
        default: return nil
        }
    }

    /// Appends `bytes` as UTF-8, or returns the position of the first byte that is no text in this encoding.
    func transcode(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Int? {
        guard bytes.contains(where: { $0 >= 0x80 }) else {
            output.append(contentsOf: bytes)
            return nil
        }
        switch self {
        case .utf8:
            if let invalid = UTF8Validation.firstInvalidOffset(in: bytes) { return invalid }
            output.append(contentsOf: bytes)
            return nil
        case .latin1, .windows1252:
            return transcodeSingleBytes(bytes, to: &output)
        }
    }

    private func transcodeSingleBytes(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Int? {
        output.reserveCapacity(output.count + bytes.count + bytes.count / 4)
        for (offset, byte) in bytes.enumerated() {
            if byte < 0x80 {
                output.append(byte)
                continue
            }
            var code = UInt16(byte)
            if self == .windows1252, byte < 0xA0 {
                code = Self.windows1252Upper[Int(byte) - 0x80]
                if code == 0 { return offset }
            }
            if code >= 0x800 {
                output.append(UInt8(0xE0 | code >> 12))
                output.append(UInt8(0x80 | code >> 6 & 0x3F))
            } else {
                output.append(UInt8(0xC0 | code >> 6))
            }
            output.append(UInt8(0x80 | code & 0x3F))
        }
        return nil
    }

    /// The characters of the bytes 0x80 to 0x9F; 0 marks an unassigned byte.
    ///
    /// Source: the WHATWG and Microsoft tables agree on these.
    private static let windows1252Upper: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
    ]
}
