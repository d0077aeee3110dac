/// What a token from outside turned out to be.
package enum TokenVerification: Hashable, Sendable {
    /// Ours, and of a message that was sent.
    case valid(Token)
    /// Ours, but of a test or preview: a click may be led on, nothing may be counted or changed.
    case preview(Token)
    /// Not ours, changed, cut, of another purpose or URL, or signed with a key that is gone.
    case foreign
}
