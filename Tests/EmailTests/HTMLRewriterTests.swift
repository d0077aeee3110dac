import Email
import Testing

@Suite("HTML rewriting") struct HTMLRewriterTests {
    private func urls(_ html: String, _ mode: HTMLRewriter.Mode = .html) -> [String] {
        HTMLRewriter.compile(html, mode: mode).links.map(\.url)
    }

    private func rewritten(_ html: String, _ mode: HTMLRewriter.Mode = .html) -> String {
        String(decoding: HTMLRewriter.compile(html, mode: mode).apply(link: { index, _ in "T\(index)" }), as: UTF8.self)
    }

    @Test(
        "literal http and https targets of links are found however they are written",
        arguments: [
            ("<a href=\"https://x.org/a\">", ["https://x.org/a"]), ("<A HREF='HTTP://X.org'>", ["HTTP://X.org"]),
            ("<a href=http://x.org/a/>", ["http://x.org/a/"]), ("<a\n href =\n \"http://x.org\" >", ["http://x.org"]),
            ("<a title=\"a>b\" href=\"http://x.org\">", ["http://x.org"]), ("<a href=\" http://x.org\n/b \">", ["http://x.org/b"]),
            ("<a href=\"http://x.org?a=1&amp;b=2&#38;c&lt=3&copy=4\">", ["http://x.org?a=1&b=2&c&lt=3&copy=4"]),
            ("<a href=\"&#104;ttps://x.org\">", ["https://x.org"]),
            ("<a href=\"http://one.org\" href=\"http://two.org\">", ["http://one.org"]),
            ("1 < 2 <a href=\"http://x.org\">", ["http://x.org"]), ("<![if !mso]><a href=\"http://x.org\"><![endif]>", ["http://x.org"]),
            ("<!--[if !mso]><!--><a href=\"http://x.org\"><!--<![endif]-->", ["http://x.org"]),
            ("<a/href=\"http://x.org\">", ["http://x.org"]), ("<a =x href=\"http://x.org\">", ["http://x.org"]),
            ("<a href=\"http://x.org/{{ a }}\">", ["http://x.org/{{ a }}"]), ("<style></style><a href=\"http://x.org\">", ["http://x.org"]),
        ]
    )
    func found(html: String, expected: [String]) {
        #expect(urls(html) == expected)
    }

    @Test(
        "nothing else is touched",
        arguments: [
            "<a href=\"mailto:a@x.org\">", "<a href=\"/path\">", "<a href=\"#top\">", "<a href=\"ftp://x.org\">", "<a href=\"https://\">",
            "<a href=\"http:///x\">", "<a href>", "<a name=x>", "<area href=\"http://x.org\">", "<link href=\"http://x.org\">",
            "<abbr href=\"http://x.org\">",
            "<a data-no-track href=\"http://x.org\">", "<a href=\"http://x.org\" DATA-NO-TRACK=\"\">",
            "<!-- <a href=\"http://x.org\"> -->", "<!--[if mso]><a href=\"http://x.org\"><![endif]-->",
            "<![CDATA[<b><a href=\"http://x.org\">]]>",
            "<script>'<a href=\"http://x.org\">'</script>", "<style><a href=\"http://x.org\"></style >",
            "<title><a href=\"http://x.org\"></title>",
            "<textarea><a href=\"http://x.org\"></TextArea>", "<a href=\"http://x.org>text</a> <p class=\"y\">", "<a href=\"http://x.org\"",
            "<a title=\"<a href='http://x.org'>\">", "< a href=\"http://x.org\">", "<!-- <a href=\"http://x.org\">",
            "</a href=\"http://x.org\">",
        ]
    )
    func untouched(html: String) {
        #expect(urls(html) == [])
        #expect(rewritten(html) == html)
    }

    @Test("only the value changes, and it is escaped for its quotes")
    func replacement() {
        let html = "<a class=x HREF='http://x.org' id=1><a href=http://y.org>y</a>"
        let bytes = HTMLRewriter.compile(html).apply(link: { index, _ in index == 0 ? "http://t/?a=1&b='\"" : "u&v" })
        #expect(
            String(decoding: bytes, as: UTF8.self) == "<a class=x HREF='http://t/?a=1&amp;b=&#39;&quot;' id=1><a href=\"u&amp;v\">y</a>"
        )
    }

    @Test(
        "in templates the constructs are opaque",
        arguments: [
            ("<a href=\"{{ url }}\">", []), ("<a href=\"http://x.org/{{ id }}\">", []),
            ("<a {% if x %}href=\"http://x.org\"{% else %}href='http://y.org'{% endif %}>", ["http://x.org", "http://y.org"]),
            ("<a title=\"{{ a | default: \"x>\" }}\" href=\"http://x.org\">", ["http://x.org"]), ("{{ '<a href=\"http://x.org\">' }}", []),
            ("{% assign a = '<a href=\"http://x.org\">' %}<a href=\"http://y.org\">", ["http://y.org"]),
            ("{% raw %}<a href=\"http://x.org\">{% endraw %}<a href=\"http://y.org\">", ["http://y.org"]),
            ("{%- comment -%}<a href=\"http://x.org\">{%- endcomment -%}", []),
            ("{% if a < b %}<a href=\"http://x.org\">{% endif %}", ["http://x.org"]),
            ("<a {{ attributes }} href=\"http://x.org\">", ["http://x.org"]),
            ("<a data-{{ x }}=\"1\" href=\"http://x.org\">", ["http://x.org"]),
            ("<a {% if x %}data-no-track{% endif %} href=\"http://x.org\">", []),
            ("{{ unclosed <a href=\"http://x.org\">", ["http://x.org"]),
            ("<a href={{ url }}>", []), ("<{{ tag }} href=\"http://x.org\">", []),
        ]
    )
    func templates(html: String, expected: [String]) {
        #expect(urls(html, .template) == expected)
    }

    @Test(
        "preheader, footer and pixel stand inside the body",
        arguments: [
            ("<html><head></head><BODY class=x>Hi</BODY></html>", "<html><head></head><BODY class=x>PRE Hi\nFOOT\nPIX</BODY></html>"),
            ("<p>Hi</p>", "PRE <p>Hi</p>\nFOOT\nPIX"), ("<html>Hi</html>", "<html>PRE Hi\nFOOT\nPIX</html>"),
            ("<!DOCTYPE html><p>Hi", "<!DOCTYPE html>PRE <p>Hi\nFOOT\nPIX"), ("", "PRE \nFOOT\nPIX"),
            ("<body>a</body>b</body>c", "<body>PRE a</body>b\nFOOT\nPIX</body>c"), ("<p>Hi<!-- no end", "PRE <p>Hi\nFOOT\nPIX<!-- no end"),
            ("<!-- <body> --><body>Hi<!-- </body> -->", "<!-- <body> --><body>PRE Hi<!-- </body> -->\nFOOT\nPIX"),
            ("<head><title></body></title></head>Hi", "<head><title></body></title></head>PRE Hi\nFOOT\nPIX"),
        ]
    )
    func insertions(html: String, expected: String) {
        let bytes = HTMLRewriter.compile(html).apply(preheader: "PRE ", footer: "FOOT", pixel: "PIX")
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test("markup of preheader, footer and pixel is escaped, and the reference to the unsubscribe URL is seen")
    func markup() {
        #expect(
            PreheaderMarkup.html("a<b").hasPrefix(
                "<div class=\"preheader\" style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">a&lt;b&#847;"
            )
        )
        #expect(
            FooterMarkup.html(unsubscribeURL: "http://x/?a&b", preferencesURL: "http://y/?a&b")
                == "<p><a href=\"http://x/?a&amp;b\">Unsubscribe</a> or <a href=\"http://y/?a&amp;b\">manage preferences</a></p>"
        )
        #expect(PixelMarkup.html(url: "http://x/t.gif") == "<img src=\"http://x/t.gif\" width=\"1\" height=\"1\" alt=\"\" />")
        for text in [
            "{{ unsubscribe_url }}", "<a href='{{unsubscribe_url|escape}}'>", "{{- unsubscribe_url -}}",
            "{{ a | default: unsubscribe_url }}",
        ] {
            #expect(TemplateReference.writes("unsubscribe_url", in: text))
        }
        for text in [
            "unsubscribe_url", "{{ contact.unsubscribe_url }}", "{{ 'unsubscribe_url' }}", "{% if unsubscribe_url %}",
            "{{ unsubscribe_url2 }}",
            "{% comment %}{{ unsubscribe_url }}{% endcomment %}", "{{ unsubscribe_url",
        ] {
            #expect(!TemplateReference.writes("unsubscribe_url", in: text))
        }
    }
}
