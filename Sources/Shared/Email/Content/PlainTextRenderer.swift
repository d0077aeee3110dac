/// Walks the tokens of an HTML text and writes what a reader would see.
struct PlainTextRenderer {
    private var tokenizer: HTMLTokenizer
    private let html: [UInt8]
    private var writer = PlainTextWriter()
    /// The name and depth of the hidden element that is being passed over.
    private var hidden: (name: String, depth: Int)?
    private var link: (target: [UInt8], start: Int)?
    /// For each open list the number of its next item; 0 for bullets.
    private var lists: [Int] = []

    init(_ html: [UInt8]) {
        self.html = html
        tokenizer = HTMLTokenizer(html, mode: .html)
    }

    mutating func render() -> [UInt8] {
        while let token = tokenizer.next() {
            if hidden != nil {
                passHidden(token)
                continue
            }
            switch token {
            case .text(let range): writer.write(HTMLEntities.decode(html[range], inAttribute: false))
            case .startTag(let tag): open(tag)
            case .endTag(let tag): close(tag)
            case .rawText, .other, .unfinished: break
            }
        }
        endLink()
        return writer.finish()
    }

    private mutating func passHidden(_ token: HTMLToken) {
        guard let (name, depth) = hidden else { return }
        switch token {
        case .startTag(let tag) where tag.name == name: hidden = (name, depth + 1)
        case .endTag(let tag) where tag.name == name: hidden = depth == 1 ? nil : (name, depth - 1)
        default: break
        }
    }

    private mutating func open(_ tag: HTMLTag) {
        if isHidden(tag) {
            hidden = (tag.name, 1)
            return
        }
        switch tag.name {
        case "br": writer.breakLine(explicitly: true)
        case "hr": writer.writeRule()
        case "a": openLink(tag)
        case "img": value("alt", of: tag).map { writer.write($0) }
        case "li": openItem()
        case "ul": openList(number: 0)
        case "ol": openList(number: 1)
        case "td", "th": writer.space()
        case "pre":
            writer.breakParagraph()
            writer.preformattedDepth += 1
        default: breakBlock(tag.name)
        }
    }

    private mutating func close(_ tag: HTMLTag) {
        switch tag.name {
        case "a": endLink()
        case "ul", "ol":
            _ = lists.popLast()
            writer.indent = max(0, lists.count - 1)
            lists.isEmpty ? writer.breakParagraph() : writer.breakLine()
        case "li": writer.breakLine()
        case "td", "th": writer.space()
        case "pre":
            writer.preformattedDepth = max(0, writer.preformattedDepth - 1)
            writer.breakParagraph()
        default: breakBlock(tag.name)
        }
    }

    private mutating func breakBlock(_ name: String) {
        if Self.paragraphs.contains(name) {
            writer.breakParagraph()
        } else if Self.lines.contains(name) {
            writer.breakLine()
        }
    }

    private mutating func openList(number: Int) {
        lists.isEmpty ? writer.breakParagraph() : writer.breakLine()
        // A limit to the nesting that is shown keeps the work linear.
        lists.append(number)
        writer.indent = min(lists.count - 1, 8)
    }

    private mutating func openItem() {
        writer.breakLine()
        let number = lists.last ?? 0
        if number > 0 { lists[lists.count - 1] = number + 1 }
        writer.marker = number > 0 ? "\(number). " : "- "
    }

    private mutating func openLink(_ tag: HTMLTag) {
        endLink()
        guard let target = value("href", of: tag) else { return }
        let lower = String(decoding: target.prefix(8), as: UTF8.self).lowercased()
        if lower.hasPrefix("mailto:") {
            link = (Array(target.dropFirst(7).prefix { $0 != UInt8(ascii: "?") }), writer.length)
        } else if lower.hasPrefix("http://") || lower == "https://" || lower.hasPrefix("tel:") {
            link = (target, writer.length)
        }
    }

    /// Writes the target behind the link's text, unless the text says it already.
    private mutating func endLink() {
        guard let (target, start) = link else { return }
        link = nil
        let text = writer.visible(from: start)
        if text.elementsEqual(target) { return }
        if text.isEmpty {
            writer.write(target)
        } else {
            writer.space()
            writer.write([UInt8(ascii: "(")] + target + [UInt8(ascii: ")")])
        }
    }

    private func value(_ name: String, of tag: HTMLTag) -> [UInt8]? {
        guard let range = tag.attribute(name)?.value else { return nil }
        let decoded = HTMLEntities.decode(html[range], inAttribute: true)
        let trimmed = decoded.drop { $0 <= 0x20 }
        guard let last = trimmed.lastIndex(where: { $0 > 0x20 }) else { return nil }
        return Array(trimmed[...last])
    }

    private func isHidden(_ tag: HTMLTag) -> Bool {
        guard !Self.voidElements.contains(tag.name) else { return false }
        if tag.attribute("hidden") != nil { return true }
        guard let style = value("style", of: tag) else { return false }
        let text = String(decoding: style.prefix(2048).filter { $0 > 0x20 }.map(ASCII.lowercased), as: UTF8.self)
        return text.split(separator: ";").contains { $0.hasPrefix("display:none") || $0.hasPrefix("visibility:hidden") }
    }

    private static let voidElements: Set<String> = [
        "br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base", "embed", "source",
    ]
    private static let paragraphs: Set<String> = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "dl"]
    private static let lines: Set<String> = [
        "div", "tr", "section", "article", "header", "footer", "main", "nav", "aside", "address", "center", "figure", "figcaption",
        "form", "fieldset", "body", "dt", "dd", "caption",
    ]
}
