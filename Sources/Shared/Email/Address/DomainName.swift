import CIDN2

/// Checks of mail domains, and their ASCII form.
enum DomainName {
    /// Checks a domain given in ASCII: labels of letters, digits and inner hyphens, at least two of them, the last not a number.
    static func check(_ domain: Slice<UnsafeBufferPointer<UInt8>>) -> EmailAddressError? {
        if domain.isEmpty { return .emptyDomain }
        if domain.first == UInt8(ascii: "[") { return .domainLiteral }
        if domain.count > 255 { return .domainTooLong }
        var labels = 0
        var length = 0
        var hasLetter = false
        var previous = UInt8(ascii: ".")
        for byte in domain {
            if byte == UInt8(ascii: ".") {
                if length == 0 { return .emptyLabel }
                if length > 63 { return .labelTooLong }
                if previous == UInt8(ascii: "-") { return .invalidDomain }
                labels += 1
                length = 0
                hasLetter = false
            } else {
                guard ASCII.isAlphanumeric(byte) || (byte == UInt8(ascii: "-") && length > 0) else { return .invalidDomain }
                length += 1
                hasLetter = hasLetter || !ASCII.isDigit(byte)
            }
            previous = byte
        }
        if length == 0 { return .emptyLabel }
        if length > 63 { return .labelTooLong }
        if previous == UInt8(ascii: "-") { return .invalidDomain }
        if labels == 0 { return .domainWithoutDot }
        return hasLetter ? nil : .domainLiteral
    }

    /// Whether a label starts with `xn--`.
    static func hasPunycodeLabel(_ domain: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var index = domain.startIndex
        var isLabelStart = true
        while index + 3 < domain.endIndex {
            if isLabelStart, domain[index] | 0x20 == UInt8(ascii: "x"), domain[index + 1] | 0x20 == UInt8(ascii: "n"),
                domain[index + 2] == UInt8(ascii: "-"), domain[index + 3] == UInt8(ascii: "-")
            {
                return true
            }
            isLabelStart = domain[index] == UInt8(ascii: ".")
            index += 1
        }
        return false
    }

    /// The A-label form of a domain (UTS #46 mapping, nontransitional, then the lookup checks of IDNA 2008), checked as `check` does.
    ///
    /// The corresponding C function is `idn2_lookup_u8`.
    static func toASCII(_ domain: [UInt8]) throws(EmailAddressError) -> String {
        if domain.isEmpty { throw .emptyDomain }
        var output: UnsafeMutablePointer<UInt8>?
        let flags = Int32(bitPattern: UInt32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue))
        let result = (domain + [0]).withUnsafeBufferPointer { idn2_lookup_u8($0.baseAddress, &output, flags) }
        defer { idn2_free(output) }
        switch Int(result) {
        case Int(IDN2_OK.rawValue): break
        case Int(IDN2_TOO_BIG_DOMAIN.rawValue): throw .domainTooLong
        case Int(IDN2_TOO_BIG_LABEL.rawValue), Int(IDN2_PUNYCODE_BIG_OUTPUT.rawValue): throw .labelTooLong
        default: throw .invalidInternationalDomain
        }
        guard let output else { throw .invalidInternationalDomain }
        let ascii = Array(String(cString: output).lowercased().utf8)
        if let error = ascii.withUnsafeBufferPointer({ check($0[...]) }) { throw error }
        return String(decoding: ascii, as: UTF8.self)
    }
}
