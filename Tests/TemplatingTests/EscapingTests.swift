import Templating
import Testing

@Suite("HTML escaping")
struct EscapingTests {
    private static let data = #"{"x":"<b>\"Tom\" & 'Jerry'</b>","l":["<",">"],"n":"a\n<b"}"#

    @Test(
        "in HTML every value is escaped once, and markup never again (D29)",
        arguments: [
            TemplateExample("{{ x }}", "&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;"),
            TemplateExample("{% echo '<' %}{{ l }}{{ l | join: '&' }}", "&lt;&lt;&gt;&lt;&amp;&gt;"),
            TemplateExample(
                "{{ '<' | escape }}{{ '<' | h }}{{ '&lt;<' | escape_once }}{{ '<' | escape | escape }}",
                "&lt;&lt;&lt;&lt;&amp;lt;"
            ),
            TemplateExample("{{ n | newline_to_br }}", "a<br />\n&lt;b"),
            TemplateExample("{{ '<' | escape | append: '>' }}{{ '<' | upcase | append: '<i>' }}", "&lt;&gt;&lt;&lt;i&gt;"),
            TemplateExample(
                "{% capture c %}<i>{{ '<' }}</i>{% endcapture %}{{ c }}{{ c | append: '&' }}{{ c | upcase }}",
                "<i>&lt;</i><i>&lt;</i>&amp;<I>&LT;</I>"
            ),
            TemplateExample(
                "{% capture c %}a&amp;b|<i>{% endcapture %}{% assign p = c | split: '|' %}{{ p[0] }}{{ p | join: '<' }}",
                "a&amp;ba&amp;b&lt;<i>"
            ),
            TemplateExample(
                "{% capture c %}<i>{% endcapture %}{{ c | replace: '<i>', x }}",
                "&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;"
            ),
            TemplateExample("{% capture c %}%3Cb%3E{% endcapture %}{{ c | url_decode }}", "&lt;b&gt;"),
            TemplateExample(
                "{% capture c %}<i> a b c</i>{% endcapture %}{{ c | truncate: 8, '<' }}{{ c | truncatewords: 2, '>' }}",
                "<i> a b&lt;<i> a&gt;"
            ),
            TemplateExample(
                "{% capture c %}<i>{% endcapture %}{{ 'a<b<cd' | truncate: 5, c }}{{ '< a b' | truncatewords: 2, c }}{{ '<a' | truncate: 9, c }}",
                "a&lt;<i>&lt; a<i>&lt;a"
            ),
            TemplateExample(
                "{% capture c %}<i>{% endcapture %}{{ '<x>x&' | replace: 'x', c }}{{ '<x' | replace_first: '<', c }}{{ '<x' | replace_last: '', c }}",
                "&lt;<i>&gt;<i>&amp;<i>x&lt;x<i>"
            ),
            TemplateExample("{% cycle '<', '>' %}", "&lt;"),
        ]
    )
    func escapes(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: Self.data, escape: .html) == example.expected)
    }

    @Test("without escaping values leave as they are")
    func leavesText() throws {
        #expect(try rendered("{{ x }}{{ '<' | escape }}", data: Self.data) == "<b>\"Tom\" & 'Jerry'</b>&lt;")
    }

    @Test("data is never read as template")
    func dataIsData() throws {
        let data = #"{"x":"{{ y }}{% if %}","y":"secret"}"#
        #expect(try rendered("{{ x }}{% capture c %}{{ x }}{% endcapture %}{{ c }}", data: data) == "{{ y }}{% if %}{{ y }}{% if %}")
    }

    @Test("safe, striptags and linebreaksbr work as in Django")
    func djangoMarkup() throws {
        let template = "{{ x|safe }}{{ x|striptags }}{{ n|linebreaksbr }}{{ x|safe|append:x }}"
        let expected =
            "<b>\"Tom\" & 'Jerry'</b>&quot;Tom&quot; &amp; &#39;Jerry&#39;a<br>&lt;b"
            + "<b>\"Tom\" & 'Jerry'</b>&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;"
        #expect(try rendered(template, data: Self.data, dialect: .standard, escape: .html) == expected)
    }
}
