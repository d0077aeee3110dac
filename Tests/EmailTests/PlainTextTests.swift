import Email
import Testing

@Suite("Plain text from HTML") struct PlainTextTests {
    @Test(
        "HTML becomes what a reader sees",
        arguments: [
            ("<p>Hello&nbsp;<b>Ann</b>,</p><p>how\n are   you?</p>", "Hello Ann,\n\nhow are you?\n"),
            ("a<br>b<br/><br>c", "a\nb\n\nc\n"), ("<h1>Title</h1>text", "Title\n\ntext\n"),
            ("See <a href=\"https://x.org/?a=1&amp;b\">the <i>page</i></a>.", "See the page (https://x.org/?a=1&b).\n"),
            ("<a href='https://x.org'>https://x.org</a>", "https://x.org\n"),
            ("<a href=\"mailto:a@x.org?subject=x\">write</a>", "write (a@x.org)\n"),
            ("<a href=\"https://x.org\"><img src=i.png></a>", "https://x.org\n"), ("<a href=\"#top\">top</a>", "top\n"),
            ("<img alt=\"Logo &amp; more\"><img width=1 alt=\"\">", "Logo & more\n"),
            ("<ul><li>a<li>b<ol><li>x</li><li>y</li></ol></li></ul>z", "- a\n- b\n  1. x\n  2. y\n\nz\n"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th><td>d</td></tr></table>", "a b\nc d\n"),
            ("<head><title>T</title><style>p{}</style></head><body><script>x</script>Hi<!-- c --></body>", "Hi\n"),
            ("<div style=\"color:red; DISPLAY: none\">pre<div>er</div></div>Hi", "Hi\n"), ("<p hidden>x</p>y", "y\n"),
            ("<pre>a\n  b</pre>c", "a\n  b\n\nc\n"),
            ("&lt;b&gt; &eacute;&#233;&#xE9; &hellip; &#150; &unknown; &amp", "<b> ééé … – &unknown; &\n"),
            ("", ""), ("<p> </p>", ""), ("a < b & c", "a < b & c\n"), ("a<hr>b", "a\n----------\nb\n"),
        ]
    )
    func rendered(html: String, text: String) {
        #expect(PlainText.fromHTML(html) == text)
    }

    @Test("the hidden preheader is left out")
    func preheader() {
        #expect(PlainText.fromHTML("<body>\(PreheaderMarkup.html("See inside"))<p>Hi</p></body>") == "Hi\n")
    }
}
