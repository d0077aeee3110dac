/// Turns characters with a meaning in HTML into entities.
enum HTMLEscaper {
    static func entity(_ byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }

    static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                guard let entity = entity(bytes[index]) else { continue }
                output.append(contentsOf: bytes[start..<index])
                output.append(contentsOf: UnsafeBufferPointer(start: entity.utf8Start, count: entity.utf8CodeUnitCount))
                start = index + 1
            }
            output.append(contentsOf: bytes[start...])
        }
    }

    static func escape(_ text: String) -> String {
        var output: [UInt8] = []
        append(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Like `escape`, but an ampersand that begins an entity stays.
    static func escapeOnce(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        for index in bytes.indices {
            if let entity = entity(bytes[index]), !(bytes[index] == UInt8(ascii: "&") && beginsEntity(bytes[(index + 1)...])) {
                output.append(contentsOf: UnsafeBufferPointer(start: entity.utf8Start, count: entity.utf8CodeUnitCount))
            } else {
                output.append(bytes[index])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// A name or a decimal number, then a semicolon.
    ///
    /// No name in use is longer than the bound, which keeps the work linear.
    private static func beginsEntity(_ bytes: ArraySlice<UInt8>) -> Bool {
        let window = bytes.prefix(40)
        let isNumber = window.first == UInt8(ascii: "#")
        let body = isNumber ? window.dropFirst() : window
        let end = body.firstIndex { isNumber ? !$0.isDigit : !$0.isLetter } ?? body.endIndex
        return end > body.startIndex && end < window.endIndex && window[end] == UInt8(ascii: ";")
    }
}
