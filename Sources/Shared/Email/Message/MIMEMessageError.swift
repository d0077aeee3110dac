/// Why a message cannot be built.
///
/// Nothing is repaired silently: what would change the meaning of a header is refused.
package enum MIMEMessageError: Error, Equatable, Sendable {
    /// A control character, CR and LF above all, in what goes into the header named `field`: a header injection.
    case controlCharacter(field: String)
    /// A header that the builder writes itself or the provider interprets.
    case reservedHeader(name: String)
    case invalidHeaderName(name: String)
    case duplicateHeader(name: String)
    /// A header of more than `HeaderLimits.maximumValueBytes`, or with a word that cannot be folded under 998 bytes.
    case headerTooLong(field: String)
    case noRecipient
    case noBody
    /// The URL is not absolute http or https, or has characters outside printable ASCII.
    case invalidURL(field: String)
    case invalidMessageID
    case invalidListID
    case invalidContentType
    case invalidContentID
    case invalidFilename
    case inlineImageWithoutHTML

    /// A stable name for the reason, for API answers.
    package var code: String {
        switch self {
        case .controlCharacter: "control_character"
        case .reservedHeader: "reserved"
        case .invalidHeaderName: "invalid_name"
        case .duplicateHeader: "duplicate"
        case .headerTooLong: "too_long"
        case .noRecipient: "no_recipient"
        case .noBody: "no_body"
        case .invalidURL: "invalid_url"
        case .invalidMessageID: "invalid_message_id"
        case .invalidListID: "invalid_list_id"
        case .invalidContentType: "invalid_content_type"
        case .invalidContentID: "invalid_content_id"
        case .invalidFilename: "invalid_filename"
        case .inlineImageWithoutHTML: "inline_image_without_html"
        }
    }
}
