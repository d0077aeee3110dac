/// Why a text is no mailbox of the form `Name <address>`.
package enum MailboxError: Error, Equatable, Sendable {
    case address(EmailAddressError)
    case unbalancedQuote
    /// Comments in parentheses are not supported.
    case comment
    /// One of `()<>[]:;@\,"` stands in a name without quotes, or text follows the address.
    case unexpectedCharacter
    case controlCharacter
    /// A name of more than `Mailbox.maximumNameBytes`.
    case nameTooLong

    /// A stable name for the reason, for API answers.
    package var code: String {
        switch self {
        case .address(let error): error.code
        case .unbalancedQuote: "unbalanced_quote"
        case .comment: "comment"
        case .unexpectedCharacter: "unexpected_character"
        case .controlCharacter: "control_character"
        case .nameTooLong: "name_too_long"
        }
    }
}
