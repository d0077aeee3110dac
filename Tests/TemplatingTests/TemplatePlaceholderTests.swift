import JSON
import Templating
import Testing

@Suite("Placeholders of the host")
struct TemplatePlaceholderTests {
    private func rendered(_ segments: [TemplateSegment], _ data: JSONObject = noData) throws -> String {
        try Template.compile(segments: segments).renderText(data) { "<\($0)>" }
    }

    @Test("a placeholder is filled wherever literal text may stand")
    func fills() throws {
        #expect(try rendered([.placeholder(0), .text("a"), .placeholder(1), .placeholder(2)]) == "<0>a<1><2>")
        #expect(try rendered([.text("{% for i in (1..2) %}"), .placeholder(7), .text("{{ i }}{% endfor %}")]) == "<7>1<7>2")
        #expect(
            try rendered([.text("{% if false %}"), .placeholder(1), .text("{% else %}b"), .placeholder(2), .text("{% endif %}c")])
                == "b<2>c"
        )
        #expect(
            try rendered([
                .text("{% raw %}{{"), .placeholder(1), .text("}}{% endraw %}{% comment %}x"), .placeholder(2), .text("{% endcomment %}y"),
            ]) == "{{<1>}}y"
        )
        #expect(try rendered([.text("{% capture c %}"), .placeholder(1), .text("{% endcapture %}{{ c }}")]) == "<1>")
    }

    @Test("a placeholder never joins its neighbours to a tag")
    func separates() throws {
        #expect(try rendered([.text("{"), .placeholder(1), .text("{ x }}")]) == "{<1>{ x }}")
        #expect(try rendered([.text("{"), .placeholder(1), .text("% if %}")]) == "{<1>% if %}")
        #expect(try rendered([.text("a {{- 'b' -}}"), .placeholder(1), .text(" c {%- if true %}d{% endif %}")]) == "ab<1> cd")
        #expect(try rendered([.text("{% if true %} "), .placeholder(1), .text(" {% endif %}")]) == " <1> ")
    }

    @Test("inside a tag or an output it is refused")
    func refusesInside() throws {
        for segments: [TemplateSegment] in [
            [.text("{{ "), .placeholder(1), .text("x }}")], [.text("{% if x"), .placeholder(1), .text(" %}{% endif %}")],
            [.text("{{ x }"), .placeholder(1), .text("}")],
        ] {
            #expect(throws: TemplateError.self) { try Template.compile(segments: segments) }
        }
    }

    @Test("lines and columns are those of the author's text")
    func keepsPositions() throws {
        let segments: [TemplateSegment] = [
            .text("a\n<a href='"), .placeholder(1, replacing: "https://example.com/"), .text("'>{{ x | nosuch }}"),
        ]
        let error = #expect(throws: TemplateError.self) { try Template.compile(segments: segments) }
        #expect(error?.line == 2)
        #expect(error?.column == 39)
    }
}
