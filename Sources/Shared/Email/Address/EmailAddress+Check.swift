extension EmailAddress {
    enum Outcome {
        case accepted(normalized: String, isUnchanged: Bool)
        case refused(EmailAddressError)
        /// Not all ASCII, or a domain that claims to be punycode.
        case needsUnicode
    }

    /// The common case in one pass over the bytes, with one string made.
    static func checkASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        guard !bytes.contains(where: { $0 >= 0x80 }) else { return .needsUnicode }
        var start = 0
        var end = bytes.count
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        let address = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if let error = checkShape(address) { return .refused(error) }
        guard let at = address.firstIndex(of: UInt8(ascii: "@")) else { return .refused(.missingAt) }
        if let error = checkLocalPart(address[..<at]) { return .refused(error) }
        let domain = address[(at + 1)...]
        if let error = DomainName.check(domain) { return .refused(error) }
        if address.count > 254 { return .refused(.tooLong) }
        if DomainName.hasPunycodeLabel(domain) { return .needsUnicode }
        var isUnchanged = address.count == bytes.count
        let normalized = String(unsafeUninitializedCapacity: address.count) { output in
            for (index, byte) in address.enumerated() {
                let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                if isUpper { isUnchanged = false }
                output[index] = isUpper ? byte | 0x20 : byte
            }
            return address.count
        }
        return .accepted(normalized: normalized, isUnchanged: isUnchanged)
    }

    /// An address with a domain outside ASCII.
    static func checkUnicode(_ text: String) throws(EmailAddressError) -> String {
        let bytes = Array(text.utf8)
        // A bound before any work on the whole text; the exact limits follow.
        if bytes.count > 1024 { throw .tooLong }
        if let error = bytes.withUnsafeBufferPointer(checkShape) { throw error }
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")) else { throw .missingAt }
        if let error = bytes.withUnsafeBufferPointer({ checkLocalPart($0[..<at]) }) { throw error }
        let domain = try DomainName.toASCII(Array(bytes[(at + 1)...]))
        let address = String(decoding: bytes[...at], as: UTF8.self).lowercased() + domain
        if address.utf8.count > 254 { throw .tooLong }
        return address
    }

    /// What concerns the whole: something there, one `@`, no control characters, no white space.
    private static func checkShape(_ address: UnsafeBufferPointer<UInt8>) -> EmailAddressError? {
        if address.isEmpty { return .empty }
        var ats = 0
        var hasSpace = false
        for byte in address {
            if byte == UInt8(ascii: "@") { ats += 1 }
            if byte == 0x20 || byte == 0x09 { hasSpace = true }
            if (byte < 0x20 && byte != 0x09) || byte == 0x7F { return .controlCharacter }
        }
        if address.first == UInt8(ascii: "\"") { return .quotedLocalPart }
        if hasSpace { return .whitespace }
        return ats == 0 ? .missingAt : (ats > 1 ? .severalAt : nil)
    }

    private static func checkLocalPart(_ local: Slice<UnsafeBufferPointer<UInt8>>) -> EmailAddressError? {
        if local.isEmpty { return .emptyLocalPart }
        if local.contains(where: { $0 >= 0x80 }) { return .nonASCIILocalPart }
        if local.count > 64 { return .localPartTooLong }
        var previous = UInt8(ascii: ".")
        for byte in local {
            if byte == UInt8(ascii: ".") {
                if previous == byte { return .misplacedDot }
            } else if !ASCII.isAtomText(byte) {
                return .invalidLocalPart
            }
            previous = byte
        }
        return previous == UInt8(ascii: ".") ? .misplacedDot : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
