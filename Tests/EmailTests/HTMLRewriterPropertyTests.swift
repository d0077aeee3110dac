import Email
import Testing

@Suite("HTML rewriting leaves every other byte") struct HTMLRewriterPropertyTests {
    private static let pieces: [String] = [
        "<", ">", "\"", "'", "=", "/", "!", "-", "--", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<a ", "href=", "\"http://x.org/\"",
        "http://y.org",
        "'https://z.org?a&amp;b'", "</a>", "<body>", "</body>", "</html>", "<style>", "</style>", "<script>", "</script", "{{", "}}", "{%",
        "%}",
        " raw ", " endraw ", "{% comment %}", "{% endcomment %}", "\u{0}", "é", "\n", " ", "&", "&#", "data-no-track ",
        "<a href=\"http://x.org\">",
        "<!--[if mso]>", "<![endif]-->", "<title>", "<?xml", "<!DOCTYPE html>", "<head>", "</head>",
    ]

    @Test(
        "taking insertions and replacements out again gives the source, for random nasty input",
        arguments: [HTMLRewriter.Mode.html, .template]
    )
    func reversible(mode: HTMLRewriter.Mode) {
        var random = SeededGenerator(state: 42)
        for _ in 0..<2000 {
            var source: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                source += Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
                if Int.random(in: 0..<12, using: &random) == 0 { source.append(UInt8.random(in: 128...255, using: &random)) }
            }
            let plan = HTMLRewriter.compile(source, mode: mode)
            #expect(plan.apply() == source)
            let changed = plan.apply(link: { index, _ in "\u{1}\(index)\u{2}" }, preheader: "\u{3}P", footer: "\u{4}F", pixel: "\u{5}X")
            #expect(restored(changed, plan) == source)
            #expect(plan.segments.filter { $0 == .preheaderPoint || $0 == .footerPoint }.count == 2)
        }
    }

    /// Takes out by marks what `apply` put in.
    private func restored(_ bytes: [UInt8], _ plan: RewritePlan) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 1:
                var end = index
                while bytes[end] != 2 { end += 1 }
                output.removeLast()
                let number = Int(String(decoding: bytes[(index + 1)..<end], as: UTF8.self)) ?? 0
                output += plan.source[plan.links[number].range]
                index = end + 2
            case 3: index += 2
            case 4, 5:
                output.removeLast()
                index += 2
            default:
                output.append(bytes[index])
                index += 1
            }
        }
        return output
    }

    @Test(
        "hostile input is read in linear time",
        .timeLimit(.minutes(1)),
        arguments: [
            "<", "<a ", "<a href=", "<a href=\"", "<!--", "<!-- -->", "<![CDATA[", "{{", "{%", "{% raw %}", "{% comment %}", "</",
            "<script>", "</script",
            "<a href=\"http://x.org\">", "&", "&#", "<div style='display:none'>", "<ul><li>", "<a href='http://x'><b>", "--!>", "=", "<p>",
            "<pre>\n ",
        ]
    )
    func linear(piece: String) {
        let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
        for html in [text, text + "--!> ]]> }} %} \">", "<!--" + text, "<script>" + text] {
            let bytes = Array(html.utf8)
            #expect(HTMLRewriter.compile(bytes).apply() == bytes)
            #expect(HTMLRewriter.compile(bytes, mode: .template).apply() == bytes)
            _ = PlainText.fromHTML(bytes)
            _ = TemplateReference.writes("x", in: html)
        }
    }
}
