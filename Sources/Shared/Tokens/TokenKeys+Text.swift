import Cryptography

extension TokenKeys {
    /// Reads the text of a token key file.
    ///
    /// One key a line as `keyid:base64`, where the id is 0 to 255 and the base64 text gives 32 bytes; the first key is the current one.
    /// Empty lines and lines that begin with `#` are ignored.
    package convenience init(text: String) throws(TokenKeysError) {
        var secrets: [(id: UInt8, secret: [UInt8])] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            let sides = line.split(separator: ":", omittingEmptySubsequences: false).map { Self.trimmed($0) }
            guard sides.count == 2, sides[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let id = UInt8(sides[0]),
                let secret = Base64.standard.decode(sides[1])
            else { throw .malformedLine(index + 1) }
            secrets.append((id, secret))
        }
        try self.init(secrets)
    }

    /// The text of a file with one fresh key, id 1.
    static func freshText() -> String {
        """
        # Keys that sign tracking links: keyid:base64 of 32 random bytes. The first line signs; the others only verify.
        # To rotate, put a new line with an unused id on top and keep the old ones for as long as old mail should work.
        1:\(Base64.standard.encode(SecureRandom.bytes(secretByteCount)))

        """
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
