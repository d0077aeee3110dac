/// A content cut at the few places where something may be put in or replaced.
///
/// Writing all segments with each link as it stands and nothing at the points gives the source back byte for byte.
package struct RewritePlan: Sendable {
    /// A place of the content, in order.
    package enum Segment: Equatable, Sendable {
        /// Bytes of `source` to be written as they are.
        case literal(Range<Int>)
        case link(Link)
        /// Just inside the body.
        case preheaderPoint
        /// At the end of the body; the pixel follows the footer.
        case footerPoint
    }

    /// How a replaced value is quoted.
    package enum QuoteStyle: UInt8, Equatable, Sendable {
        case double = 0x22
        case single = 0x27
    }

    /// The value of a trackable `href`.
    package struct Link: Equatable, Sendable {
        /// The number of the link in the content, from 0.
        package let index: Int
        /// The target, with character references decoded and the white space around it removed.
        package let url: String
        package let quoteStyle: QuoteStyle
        /// The value in the source, with its quotes if it had any.
        package let range: Range<Int>
    }

    /// The content as it came.
    package let source: [UInt8]
    package let segments: [Segment]
    /// The trackable links; a link's `index` is its place here.
    package let links: [Link]

    /// Writes the content with its replacements.
    ///
    /// `link` gets each link's number and target and gives the new target, or nil to leave the link as it stands; it is escaped
    /// for its quotes here. Preheader, footer and pixel are HTML; footer and pixel go on lines of their own.
    package func apply(
        link: (_ index: Int, _ url: String) -> String? = { _, _ in nil },
        preheader: String? = nil,
        footer: String? = nil,
        pixel: String? = nil
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(source.count + links.count * 160 + 1024)
        for segment in segments {
            switch segment {
            case .literal(let range):
                output.append(contentsOf: source[range])
            case .link(let place):
                if let target = link(place.index, place.url) {
                    output.append(place.quoteStyle.rawValue)
                    HTMLEscaping.append(target.utf8, to: &output)
                    output.append(place.quoteStyle.rawValue)
                } else {
                    output.append(contentsOf: source[place.range])
                }
            case .preheaderPoint:
                if let preheader { output.append(contentsOf: preheader.utf8) }
            case .footerPoint:
                for insertion in [footer, pixel].compactMap(\.self) {
                    output.append(ASCII.lineFeed)
                    output.append(contentsOf: insertion.utf8)
                }
            }
        }
        return output
    }
}
