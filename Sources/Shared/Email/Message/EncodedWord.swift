/// Encoded words of RFC 2047: text outside ASCII in headers.
package enum EncodedWord {
    /// Where the words stand: a phrase (a display name) allows fewer characters unencoded.
    enum Context {
        case text
        case phrase
    }

    /// The text as encoded words of at most 75 bytes, to be written with one space or fold between them, which readers drop.
    ///
    /// Q or B, whichever is shorter for the whole text. No grapheme cluster is divided unless it alone does not fit into a word;
    /// then it is divided between scalars. `firstRoom` is what the first line has left.
    static func encode(_ text: String, context: Context, firstRoom: Int) -> [[UInt8]] {
        let usesQ = qLength(text.utf8, context) <= (text.utf8.count + 2) / 3 * 4
        let overhead = 12
        var words: [[UInt8]] = []
        var payload: [UInt8] = []
        var length = 0
        var room = max(min(firstRoom, 75), 24) - overhead
        for piece in pieces(of: text, usesQ: usesQ, context: context) {
            let added = usesQ ? qLength(piece, context) : piece.count
            let total = usesQ ? length + added : (length + added + 2) / 3 * 4
            if total > room, !payload.isEmpty {
                words.append(word(payload, usesQ: usesQ, context: context))
                payload.removeAll(keepingCapacity: true)
                length = 0
                room = 75 - overhead
            }
            payload.append(contentsOf: piece)
            length += added
        }
        words.append(word(payload, usesQ: usesQ, context: context))
        return words
    }

    /// Whether text can stand in a header as it is: printable ASCII without runs of spaces, over-long words or a look of encoding.
    static func isPlainText(_ text: String) -> Bool {
        var previous = ASCII.space
        var wordLength = 0
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F else { return false }
            if byte == ASCII.space {
                if previous == ASCII.space { return false }
                wordLength = 0
            } else {
                wordLength += 1
                if wordLength > 70 { return false }
            }
            if previous == UInt8(ascii: "="), byte == UInt8(ascii: "?") { return false }
            previous = byte
        }
        return previous != ASCII.space || text.isEmpty
    }

    private static func pieces(of text: String, usesQ: Bool, context: Context) -> [Substring.UTF8View] {
        // What fits into a word that has a line for itself: 63 bytes of Q, or 45 bytes before base64.
        var found: [Substring.UTF8View] = []
        for index in text.indices {
            let cluster = text[index...index]
            let fits = usesQ ? qLength(cluster.utf8, context) <= 63 : cluster.utf8.count <= 45
            if fits {
                found.append(cluster.utf8)
            } else {
                found += cluster.unicodeScalars.indices.map { Substring(cluster.unicodeScalars[$0...$0]).utf8 }
            }
        }
        return found
    }

    private static func word(_ payload: [UInt8], usesQ: Bool, context: Context) -> [UInt8] {
        var word = Array((usesQ ? "=?UTF-8?Q?" : "=?UTF-8?B?").utf8)
        if usesQ {
            for byte in payload {
                if byte == ASCII.space {
                    word.append(UInt8(ascii: "_"))
                } else if isRaw(byte, context) {
                    word.append(byte)
                } else {
                    word += [UInt8(ascii: "="), ASCII.hexadecimalDigit(byte >> 4), ASCII.hexadecimalDigit(byte & 15)]
                }
            }
        } else {
            word += payload.withUnsafeBufferPointer { Base64.encode($0) }
        }
        return word + [UInt8(ascii: "?"), UInt8(ascii: "=")]
    }

    private static func qLength(_ bytes: some Sequence<UInt8>, _ context: Context) -> Int {
        bytes.reduce(0) { $0 + ($1 == ASCII.space || isRaw($1, context) ? 1 : 3) }
    }

    private static func isRaw(_ byte: UInt8, _ context: Context) -> Bool {
        if ASCII.isAlphanumeric(byte) { return true }
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"): return true
        case UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "_"): return false
        default: return context == .text && byte > 0x20 && byte < 0x7F
        }
    }
}
