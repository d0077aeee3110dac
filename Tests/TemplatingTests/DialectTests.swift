import Templating
import Testing

@Suite("Dialects")
struct DialectTests {
    private static let data = #"{"x":"","items":[{"name":"a"},{"name":"b"}],"o":{"1":"one"},"not":true,"m":[[5,6]]}"#

    private static let spellings = [
        TemplateExample("{{ x|default:'y' }}", "y"),
        TemplateExample("{{ 'a'|safe }}{{ '<a>b'|striptags }}{{ 'a'|linebreaksbr }}", "aba"),
        TemplateExample("{% if not items %}a{% elif not nothing and items %}b{% else %}c{% endif %}", "b"),
        TemplateExample("{% if not 1 == 2 %}a{% endif %}{% if not not 1 %}b{% endif %}", "ab"),
        TemplateExample(
            "{% for i in items %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.first }}{% endfor %}",
            "102true211false"
        ),
        TemplateExample("{{ items.0.name }}{{ items.1.name }}{{ items.9.name }}{{ o.1 }}{{ m.0.1 }}", "abone6"),
        TemplateExample("{% for i in nothing %}{{ i }}{% empty %}none{% endfor %}", "none"),
    ]

    @Test("stored templates may use Django's spellings", arguments: spellings)
    func standard(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: Self.data, dialect: .standard) == example.expected)
    }

    @Test("Liquid alone does not know them", arguments: spellings.dropFirst())
    func strict(_ example: TemplateExample) throws {
        let text = try? rendered(example.template, data: Self.data, dialect: .strictLiquid)
        #expect(text != example.expected)
    }

    @Test("a variable may still be called not")
    func notIsAName() throws {
        #expect(try rendered("{% if not %}a{% endif %}{% if not == true %}b{% endif %}", data: Self.data, dialect: .standard) == "ab")
    }
}
