/// A file in a message: attached, or an image that the HTML shows by `cid:`.
package struct Attachment: Hashable, Sendable {
    package let filename: String
    package let contentType: String
    package let bytes: [UInt8]
    /// For inline images: what stands after `cid:` in the HTML.
    package let contentID: String?

    /// Checks what goes into headers.
    ///
    /// Of a path only its last component is kept as the name.
    ///
    /// - Throws: `invalidFilename` (empty, control characters, over 255 bytes), `invalidContentType` (not `type/subtype`, or a
    ///   multipart or message type), `invalidContentID`.
    package init(filename: String, contentType: String, bytes: [UInt8], contentID: String? = nil) throws(MIMEMessageError) {
        if filename.utf8.contains(where: ASCII.isControl) { throw .controlCharacter(field: "filename") }
        let name = filename.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 255 else { throw .invalidFilename }
        let halves = contentType.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isToken: (UInt8) -> Bool = { ASCII.isAlphanumeric($0) || "!#$&-^_.+".utf8.contains($0) }
        let lower = contentType.lowercased()
        guard halves.count == 2, contentType.utf8.count <= 127, halves.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isToken) }),
            !lower.hasPrefix("multipart/"), !lower.hasPrefix("message/")
        else { throw .invalidContentType }
        if let contentID {
            guard !contentID.isEmpty, contentID.utf8.count <= 200,
                contentID.utf8.allSatisfy({ ASCII.isAtomText($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "@") })
            else { throw .invalidContentID }
        }
        self.filename = name
        self.contentType = lower
        self.bytes = bytes
        self.contentID = contentID
    }

    /// The `filename` parameters: RFC 2231 for names outside plain ASCII, with an ASCII form for old readers behind it.
    var dispositionParameters: [String] {
        var fallback = ""
        var encoded = "filename*=UTF-8''"
        var isPlain = true
        for scalar in filename.unicodeScalars {
            let isSafe = scalar.isASCII && scalar != "\"" && scalar != "\\"
            fallback.unicodeScalars.append(isSafe ? scalar : "_")
            isPlain = isPlain && isSafe
        }
        // Many readers guess at percent signs in the plain form, and fold positions may fall on spaces only once.
        if isPlain, fallback.utf8.count <= 60, !fallback.contains("  "), !fallback.contains("%"), !fallback.contains("=?") {
            return ["filename=\"\(fallback)\""]
        }
        for byte in filename.utf8 {
            if ASCII.isAlphanumeric(byte) || "!#$&+-.^_`{}~".utf8.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = [UInt8(ascii: "%"), ASCII.hexadecimalDigit(byte >> 4), ASCII.hexadecimalDigit(byte & 15)]
                encoded += String(decoding: digits, as: UTF8.self)
            }
        }
        return [encoded, "filename=\"\(fallback.replacingPercentSigns)\""]
    }
}

extension String {
    /// Readers disagree on percent signs in the plain form of a filename.
    fileprivate var replacingPercentSigns: String { String(map { $0 == "%" ? "_" : $0 }) }
}
