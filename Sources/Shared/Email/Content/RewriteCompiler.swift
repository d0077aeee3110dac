/// Walks the tokens of a content once and notes links and insertion points.
struct RewriteCompiler {
    let source: [UInt8]
    let mode: HTMLRewriter.Mode
    private var links: [RewritePlan.Link] = []
    private var afterBodyStart: Int?
    /// Behind the doctype, `<html>` and `</head>`, for contents without a body tag.
    private var afterProlog = 0
    private var isInProlog = true
    private var beforeBodyEnd: Int?
    private var beforeHTMLEnd: Int?
    private var beforeUnfinished: Int?

    init(source: [UInt8], mode: HTMLRewriter.Mode) {
        self.source = source
        self.mode = mode
    }

    mutating func compile() -> RewritePlan {
        var tokenizer = HTMLTokenizer(source, mode: mode)
        while let token = tokenizer.next() { note(token) }
        let footer = beforeBodyEnd ?? beforeHTMLEnd ?? beforeUnfinished ?? source.count
        let preheader = min(afterBodyStart ?? afterProlog, footer)
        return RewritePlan(source: source, segments: segments(preheader: preheader, footer: footer), links: links)
    }

    private mutating func note(_ token: HTMLToken) {
        switch token {
        case .startTag(let tag):
            if tag.name == "a" { noteLinks(tag) }
            if tag.name == "body", afterBodyStart == nil { afterBodyStart = tag.range.upperBound }
            if tag.name == "html", isInProlog { afterProlog = tag.range.upperBound }
            if !Self.prologElements.contains(tag.name) { isInProlog = false }
        case .endTag(let tag):
            if tag.name == "body" { beforeBodyEnd = tag.range.lowerBound }
            if tag.name == "html" { beforeHTMLEnd = tag.range.lowerBound }
            if tag.name == "head", isInProlog { afterProlog = tag.range.upperBound }
        case .other(let range):
            if isInProlog, source[range].starts(with: "<!d".utf8) || source[range].starts(with: "<!D".utf8) {
                afterProlog = range.upperBound
            }
        case .unfinished(let range):
            beforeUnfinished = range.lowerBound
        case .text, .rawText:
            break
        }
    }

    private static let prologElements: Set<String> = [
        "html", "head", "meta", "title", "style", "script", "link", "base", "noscript", "xml",
    ]

    private mutating func noteLinks(_ tag: HTMLTag) {
        guard tag.attribute("data-no-track") == nil else { return }
        var candidates = tag.attributes.filter { $0.name == "href" }
        // Between template constructs several values may be alternatives; otherwise the first one counts.
        if !tag.hasTemplateBetweenAttributes { candidates = Array(candidates.prefix(1)) }
        for attribute in candidates {
            guard !attribute.valueHasTemplate, let value = attribute.value, let range = attribute.replaceable,
                let url = Self.target(source[value])
            else { continue }
            let style: RewritePlan.QuoteStyle = attribute.quote == .single ? .single : .double
            links.append(RewritePlan.Link(index: links.count, url: url, quoteStyle: style, range: range))
        }
    }

    /// The URL that a reader's program would open, if it is http or https.
    private static func target(_ value: ArraySlice<UInt8>) -> String? {
        guard !value.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") || $0 == 0 }) else { return nil }
        // The URL standard removes line ends and tabs anywhere, and spaces and controls at both ends.
        let decoded = HTMLEntities.decode(value, inAttribute: true).filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
        guard let first = decoded.firstIndex(where: { $0 > 0x20 }), let last = decoded.lastIndex(where: { $0 > 0x20 }) else { return nil }
        let url = decoded[first...last]
        let start = String(decoding: url.prefix(8), as: UTF8.self).lowercased()
        let rest = start.hasPrefix("https://") ? url.dropFirst(8) : (start.hasPrefix("http://") ? url.dropFirst(7) : [])
        guard let host = rest.first, host != UInt8(ascii: "/"), !url.contains(where: ASCII.isControl) else { return nil }
        return String(validating: url, as: UTF8.self)
    }

    private func segments(preheader: Int, footer: Int) -> [RewritePlan.Segment] {
        var places: [(position: Int, end: Int, segment: RewritePlan.Segment)] = links.map {
            ($0.range.lowerBound, $0.range.upperBound, .link($0))
        }
        places.append((preheader, preheader, .preheaderPoint))
        places.append((footer, footer, .footerPoint))
        // Points stand between tags and links inside them, so only the two points can meet; the preheader goes first.
        let ordered = places.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
        var segments: [RewritePlan.Segment] = []
        var position = 0
        for (_, place) in ordered {
            if place.position > position { segments.append(.literal(position..<place.position)) }
            segments.append(place.segment)
            position = place.end
        }
        if position < source.count { segments.append(.literal(position..<source.count)) }
        return segments
    }
}
