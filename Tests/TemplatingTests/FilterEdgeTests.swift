import Templating
import Testing

@Suite("Filters at their edges")
struct FilterEdgeTests {
    @Test(
        "words end at white space, also at the end of the text; NUL is trimmed, but no white space; the first letter has a title's case",
        arguments: [
            TemplateExample("[{{ 'one two ' | truncatewords: 2 }}] [{{ ' one two' | truncatewords: 2 }}]", "[one two...] [ one two]"),
            TemplateExample("[{{ 'one  ' | truncatewords: 0, '!' }}] [{{ '  ' | truncatewords: 1 }}]", "[one!] [  ]"),
            TemplateExample("[{{ nothing | squish | truncatewords: 'x' }}{{ nothing | escape | truncate: 'x' }}]", "[]"),
            TemplateExample("{{ nothing | escape_once | compact | size }}{{ nothing | escape | compact | size }}", "10"),
            TemplateExample("{{ 'ßA' | capitalize }} {{ 'ǆA' | capitalize }} {{ '' | capitalize }}", "Ssa ǅa "),
            TemplateExample("{{ x | split: ' ' | size }} {{ x | squish | size }}", "3 6", data: #"{"x":"\u0000 a\u0000b \u0000c "}"#),
        ]
    )
    func words(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test(
        "numbers keep the sign of zero, and show as Ruby shows them",
        arguments: [
            TemplateExample(
                "{{ -0.0 }} {{ 0 | times: -1.5 }} {{ 0 | divided_by: -4.0 }} {{ -0.04 | round: 1 }} {{ 0 | times: -2 }}",
                "-0.0 -0.0 -0.0 -0.0 0"
            ),
            TemplateExample(
                "{{ -0.0 | plus: 0.0 }} {{ -0.0 | minus: 0.0 }} {{ '-0.0' | plus: '-0.0' }} {{ -0.0 | abs }} {{ -0.4 | round }}",
                "0.0 -0.0 -0.0 0.0 0"
            ),
            TemplateExample("{{ 15.5 | round: -1 }} {{ '-4.9' | round: -1 }} {{ 149 | round: -2 }} {{ 1.25 | round: 1 }}", "20 0 100 1.3"),
            TemplateExample("{{ 100000000000000.0 }} {{ 1234567890123456.7 }}", "100000000000000.0 1234567890123456.8"),
            TemplateExample("{{ 1000000000000000.0 }} {{ 1234567890123456.0 }}", "1.0e+15 1.234567890123456e+15"),
            TemplateExample("{{ 1208925819614629174706176 | size }} {{ 9223372036854775808 | size }} {{ 1 | size }}", "11 8 8"),
            TemplateExample(
                "{{ a | map: 80 }}{{ a | map: 79 }}{{ a | map: 999 }}{{ a | map: -1 }}",
                "11010100",
                data: #"{"a":[1208925819614629174706176,-1]}"#
            ),
        ]
    )
    func numbers(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test("one item is sorted or kept without being looked into")
    func singleItem() throws {
        #expect(try rendered("{{ 5 | uniq: 'x' }}{{ true | uniq: 'x' }}{{ nothing | uniq: 'x' }}") == "5true")
        #expect(try rendered("{{ 5 | sort: 'x' }}{{ 'a' | sort_natural: b }}{{ true | sort: 'x' }}") == "5a")
        #expect(try failure("{{ a | sort: 'x' }}", data: #"{"a":[5,6]}"#)?.kind == .value)
    }

    @Test("base64 with bits that belong to no byte is refused", arguments: ["QUJ=", "QR==", "QU I=", "QUI==", "QUI"])
    func refusesLooseBits(_ text: String) throws {
        #expect(try failure("{{ '\(text)' | base64_decode }}")?.kind == .value)
    }

    @Test("an integer beyond 64 bits has bits, not properties")
    func bigHasNoProperties() throws {
        #expect(try failure("{{ 1208925819614629174706176 | where: 'x' }}")?.kind == .value)
    }
}
