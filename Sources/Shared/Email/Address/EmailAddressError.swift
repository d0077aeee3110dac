/// Why a text is no address that mail can be sent to.
package enum EmailAddressError: String, Error, Equatable, Sendable, CaseIterable {
    case empty = "empty"
    case missingAt = "missing_at"
    case severalAt = "several_at"
    case emptyLocalPart = "empty_local_part"
    /// More than 64 bytes before the `@` (RFC 5321 4.5.3.1.1).
    case localPartTooLong = "local_part_too_long"
    /// Sending would need SMTPUTF8, which SES does not offer.
    case nonASCIILocalPart = "non_ascii_local_part"
    /// Local parts in quotes are legal, never used by mailbox providers, and refused here.
    case quotedLocalPart = "quoted_local_part"
    case invalidLocalPart = "invalid_local_part"
    /// A dot at either end of the local part, or two in a row.
    case misplacedDot = "misplaced_dot"
    case emptyDomain = "empty_domain"
    case domainTooLong = "domain_too_long"
    case emptyLabel = "empty_label"
    case labelTooLong = "label_too_long"
    case domainWithoutDot = "domain_without_dot"
    /// An address such as `a@[192.0.2.1]` or `a@192.0.2.1`.
    case domainLiteral = "domain_literal"
    case invalidDomain = "invalid_domain"
    /// The domain is not permitted by UTS #46 or IDNA 2008.
    case invalidInternationalDomain = "invalid_international_domain"
    /// More than 254 bytes in all (RFC 5321 4.5.3.1.3, less the angle brackets).
    case tooLong = "too_long"
    case controlCharacter = "control_character"
    case whitespace = "whitespace"

    /// A stable name for the reason, for API answers and error files.
    package var code: String { rawValue }
}

extension EmailAddressError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty: "the address is empty"
        case .missingAt: "the address has no @"
        case .severalAt: "the address has more than one @"
        case .emptyLocalPart: "nothing stands before the @"
        case .localPartTooLong: "the part before the @ is longer than 64 bytes"
        case .nonASCIILocalPart: "the part before the @ has characters outside ASCII, which the mail service cannot deliver to"
        case .quotedLocalPart: "quotes before the @ are not supported"
        case .invalidLocalPart: "the part before the @ has a character that is not allowed there"
        case .misplacedDot: "the part before the @ begins or ends with a dot or has two in a row"
        case .emptyDomain: "nothing follows the @"
        case .domainTooLong: "the domain is longer than 255 bytes"
        case .emptyLabel: "the domain begins or ends with a dot or has two in a row"
        case .labelTooLong: "a label of the domain is longer than 63 bytes"
        case .domainWithoutDot: "the domain has no dot"
        case .domainLiteral: "the domain is an IP address"
        case .invalidDomain: "the domain has a character or hyphen that is not allowed there"
        case .invalidInternationalDomain: "the domain is not a valid internationalised name"
        case .tooLong: "the address is longer than 254 bytes"
        case .controlCharacter: "the address has a control character"
        case .whitespace: "the address has white space inside"
        }
    }
}
