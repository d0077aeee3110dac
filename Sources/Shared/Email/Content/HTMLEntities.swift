/// Character references of HTML that occur in mail.
enum HTMLEntities {
    /// Decodes references in an attribute's value or in text; what is no known reference stays as it is.
    static func decode(_ bytes: ArraySlice<UInt8>, inAttribute: Bool) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "&")) else { return Array(bytes) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "&"), let reference = reference(bytes[(index + 1)...], inAttribute: inAttribute) {
                output.append(contentsOf: String(Character(reference.scalar)).utf8)
                index += 1 + reference.length
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return output
    }

    /// The reference whose text follows an ampersand, and its length without the ampersand.
    private static func reference(_ bytes: ArraySlice<UInt8>, inAttribute: Bool) -> (scalar: Unicode.Scalar, length: Int)? {
        if bytes.first == UInt8(ascii: "#") { return numeric(bytes.dropFirst()) }
        let name = bytes.prefix(10).prefix(while: ASCII.isAlphanumeric)
        guard !name.isEmpty else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        let next = bytes.dropFirst(name.count).first
        if next == UInt8(ascii: ";") { return named[text].map { ($0, name.count + 1) } }
        // Five old names count without a semicolon too, in attributes only where no `=` follows: `?a=1&lt=2` is a plain URL.
        guard ["amp", "lt", "gt", "quot", "nbsp"].contains(text), !(inAttribute && next == UInt8(ascii: "=")) else { return nil }
        return named[text].map { ($0, name.count) }
    }

    private static func numeric(_ bytes: ArraySlice<UInt8>) -> (scalar: Unicode.Scalar, length: Int)? {
        let isHexadecimal = bytes.first.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
        let digits = (isHexadecimal ? bytes.dropFirst() : bytes).prefix(8).prefix {
            ASCII.isDigit($0) || (isHexadecimal && ($0 | 0x20) &- 0x61 < 6)
        }
        guard let value = UInt32(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10) else { return nil }
        let length = 1 + (isHexadecimal ? 1 : 0) + digits.count
        let hasSemicolon = bytes.dropFirst(length - 1).first == UInt8(ascii: ";")
        // Numbers 128 to 159 mean the characters of Windows-1252, by the HTML standard.
        let isWindows = value >= 0x80 && value < 0xA0
        let scalar = value == 0 ? nil : (isWindows ? windows1252[Int(value) - 0x80] : Unicode.Scalar(value))
        return (scalar ?? "\u{FFFD}", length + (hasSemicolon ? 1 : 0))
    }

    private static let windows1252: [Unicode.Scalar] = Array(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars
    )

    private static let named: [String: Unicode.Scalar] = {
        var names: [String: Unicode.Scalar] = [
            "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "bull": "•", "hellip": "…", "ndash": "–", "mdash": "—",
            "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "lsaquo": "‹", "rsaquo": "›",
            "euro": "€", "trade": "™", "dagger": "†", "Dagger": "‡", "permil": "‰", "prime": "′", "Prime": "″", "larr": "←",
            "uarr": "↑", "rarr": "→", "darr": "↓", "harr": "↔", "rArr": "⇒", "lArr": "⇐", "minus": "−", "ne": "≠", "le": "≤",
            "ge": "≥", "infin": "∞", "check": "✓", "star": "☆", "starf": "★", "hearts": "♥", "zwnj": "\u{200C}",
            "zwj": "\u{200D}", "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}", "OElig": "Œ", "oelig": "œ",
            "Scaron": "Š", "scaron": "š", "Zcaron": "Ž", "zcaron": "ž", "Yuml": "Ÿ", "fnof": "ƒ", "circ": "ˆ", "tilde": "˜",
            "lrm": "\u{200E}", "rlm": "\u{200F}", "NewLine": "\n", "Tab": "\t", "colon": ":", "sol": "/", "quest": "?",
        ]
        // The names of U+00A0 to U+00FF in order (HTML 4, Latin-1).
        let latin = """
            nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para \
            middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute \
            Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml \
            Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml \
            eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml
            """
        for (offset, name) in latin.split(separator: " ").enumerated() {
            names[String(name)] = Unicode.Scalar(UInt8(0xA0 + min(offset, 0x5F)))
        }
        return names
    }()
}
