/// A word of the language inside a tag or an output.
struct MarkupToken: Sendable {
    enum Kind: Sendable, Equatable {
        case identifier
        case string
        case number
        case comparison
        case dots
        case pipe
        case dot
        case colon
        case comma
        case openSquare
        case closeSquare
        case openRound
        case closeRound
        case end
    }

    var kind: Kind
    /// Byte range in the source; of a string without its quotes.
    var range: Range<Int>
    /// The word, string or operator.
    var text: String
}
