import JSON
import Templating
import Testing

@Suite("Filters")
struct FilterTests {
    @Test(
        "a text filter gives what Liquid's gives",
        arguments: [
            TemplateExample("{{ 'a' | append: 5 }}{{ 'a' | prepend: nil }}{{ 5 | append: 'b' }}", "a5a5b"),
            TemplateExample("{{ 'äB c' | upcase }}{{ 'ÄB' | downcase }}{{ 'hELLO wORLD' | capitalize }}", "ÄB CäbHello world"),
            TemplateExample(
                "[{{ ' a ' | strip }}][{{ ' a ' | lstrip }}][{{ ' a ' | rstrip }}][{{ ' a  b ' | squish }}]",
                "[a][a ][ a][a b]"
            ),
            TemplateExample("{{ x | strip_newlines }}{{ x | newline_to_br }}", "aa<br />\n", data: #"{"x":"a\r\n"}"#),
            TemplateExample(
                "{{ x | strip_html }}",
                "a b",
                data: #"{"x":"<p>a<!-- <b> --> <script>1 < 2</script><style>x</style><i\n>b</i>"}"#
            ),
            TemplateExample("{{ 'a-b-c' | remove: '-' }}{{ 'a-b-c' | remove_first: '-' }}{{ 'a-b-c' | remove_last: '-' }}", "abcab-ca-bc"),
            TemplateExample(
                "{{ 'aaa' | replace: 'a', 'b' }}{{ 'aaa' | replace_first: 'a', 'b' }}{{ 'aaa' | replace_last: 'a', 'b' }}",
                "bbbbaaaab"
            ),
            TemplateExample("{{ 'äb' | replace: '', '.' }}", ".ä.b."),
            TemplateExample(
                "{{ 'Liquid' | slice: 2 }}{{ 'Liquid' | slice: -3, 2 }}{{ 'Lä' | slice: 1, 9 }}{{ a | slice: 1, 2 | join }}",
                "quiä2 3",
                data: #"{"a":[1,2,3]}"#
            ),
            TemplateExample(
                "{{ 'Ground control' | truncate: 9 }}{{ 'abc' | truncate: 3 }}{{ 'abcd' | truncate: 3, '' }}",
                "Ground...abcabc"
            ),
            TemplateExample(
                "{{ 'one two three' | truncatewords: 2 }}{{ 'one two' | truncatewords: 2 }}{{ 'a b' | truncatewords: 0, '!' }}",
                "one two...one twoa!"
            ),
            TemplateExample(
                "{{ 'a,b,,' | split: ',' | join: '#' }}{{ ' a  b ' | split: ' ' | join: '#' }}{{ 'ab' | split: '' | join: '#' }}",
                "a#ba#ba#b"
            ),
            TemplateExample("{{ x | escape }}", "&lt;a href=&quot;x&quot;&gt;&amp;amp;&#39;", data: #"{"x":"<a href=\"x\">&amp;'"}"#),
            TemplateExample("{{ x | escape_once }}", "&lt;&amp;&#39;&amp;x", data: #"{"x":"<&amp;&#39;&x"}"#),
            TemplateExample("{{ 'a b&c/ä~' | url_encode }}{{ 'a+b%26%zz' | url_decode }}", "a+b%26c%2F%C3%A4~a b&%zz"),
            TemplateExample("{{ 'ä?>' | base64_encode }}{{ 'w6Q/Pg==' | base64_decode }}", "w6Q/Pg==ä?>"),
            TemplateExample("{{ 'ä?>' | base64_url_safe_encode }}{{ 'w6Q_Pg' | base64_url_safe_decode }}", "w6Q_Pg==ä?>"),
            TemplateExample(
                "{{ nothing | upcase }}{{ nothing | escape }}{{ nothing | truncate }}{{ 'a' | size }}{{ a | size }}{{ nothing | size }}",
                "120",
                data: #"{"a":[1,2]}"#
            ),
        ]
    )
    func filtersText(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test(
        "a number filter gives what Liquid's gives",
        arguments: [
            TemplateExample("{{ 1 | plus: '2' }} {{ '1.5' | plus: 1 }} {{ 10.1 | minus: 2.2 }} {{ 0.1 | plus: 0.2 }}", "3 2.5 7.9 0.3"),
            TemplateExample("{{ 3 | times: 2 }} {{ 3 | times: 1.5 }} {{ 'x' | times: 3 }} {{ '12abc' | plus: 1 }}", "6 4.5 0 13"),
            TemplateExample(
                "{{ 7 | divided_by: 2 }} {{ -7 | divided_by: 2 }} {{ 7 | divided_by: 2.0 }} {{ 20 | divided_by: 7.0 }}",
                "3 -4 3.5 2.857142857142857"
            ),
            TemplateExample("{{ 7 | modulo: 3 }} {{ -7 | modulo: 3 }} {{ 7 | modulo: -3 }} {{ 7.5 | modulo: 2 }}", "1 2 -2 1.5"),
            TemplateExample(
                "{{ -3 | abs }} {{ '-3.5' | abs }} {{ 1.2 | ceil }} {{ -1.2 | ceil }} {{ 1.8 | floor }} {{ -1.2 | floor }}",
                "3 3.5 2 -1 1 -2"
            ),
            TemplateExample(
                "{{ 2.5 | round }} {{ -2.5 | round }} {{ 2.345 | round: 2 }} {{ 15 | round: -1 }} {{ 123.4 | round: -1 }}",
                "3 -3 2.35 20 120"
            ),
            TemplateExample("{{ 5 | at_least: 8 }} {{ 5 | at_most: 2.5 }} {{ '9' | at_most: 8 }}", "8 2.5 8"),
            TemplateExample(
                "{{ 9223372036854775807 | plus: 1 }} {{ 9223372036854775807 | times: 9223372036854775807 }}",
                "9223372036854775808 85070591730234615847396907784232501249"
            ),
            TemplateExample(
                "{{ -9223372036854775808 | abs }} {{ -9223372036854775808 | divided_by: -1 }}",
                "9223372036854775808 9223372036854775808"
            ),
            TemplateExample("{{ 85070591730234615847396907784232501249 | divided_by: 9223372036854775807 }}", "9223372036854775807"),
            TemplateExample(
                "{{ 100000000000000000000 | modulo: 7 }} {{ -100000000000000000000 | divided_by: 3 }}",
                "2 -33333333333333333334"
            ),
            TemplateExample("{{ 1 | divided_by: 3.0 }} {{ 1 | divided_by: 300000.0 }}", "0.3333333333333333 3.3333333333333333e-06"),
        ]
    )
    func filtersNumber(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    private static let people = #"{"p":[{"n":"b","a":2,"x":true},{"n":"A","a":1},{"n":"c"}],"m":[3,1,2,1,null],"w":["b","C","a"]}"#

    @Test(
        "a list filter gives what Liquid's gives",
        arguments: [
            TemplateExample(
                "{{ m | compact | join: '-' }} {{ m | uniq | join: '-' }} {{ m | reverse | join: '-' }}",
                "3-1-2-1 3-1-2- -1-2-1-3"
            ),
            TemplateExample("{{ m | first }}{{ w | last }}{{ (1..4) | last }}", "3a4"),
            TemplateExample("{{ m | sort | join: '-' }} {{ w | sort | join: '' }} {{ w | sort_natural | join: '' }}", "1-1-2-3- Cab abC"),
            TemplateExample("{{ p | sort: 'a' | map: 'n' | join: '' }} {{ p | sort_natural: 'n' | map: 'n' | join: '' }}", "Abc Abc"),
            TemplateExample("{{ p | map: 'n' | join: '' }} {{ p | where: 'x' | map: 'n' }} {{ p | where: 'a', 1 | map: 'n' }}", "bAc b A"),
            TemplateExample(
                "{{ p | reject: 'x' | map: 'n' }} {% assign f = p | find: 'n', 'A' %}{{ f.a }} {{ p | find_index: 'n', 'c' }}",
                "Ac 1 2"
            ),
            TemplateExample("{{ p | has: 'a', 2 }} {{ p | has: 'a', 5 }} {{ nothing | has: 'a' }}", "true false false"),
            TemplateExample("{{ p | sum: 'a' }} {{ m | sum }} {{ '1,2.5' | split: ',' | sum }}", "3 7 3.5"),
            TemplateExample(
                "{{ w | concat: m | size }} {{ nothing | concat: w | join }} {{ p | compact: 'a' | size }} {{ p | uniq: 'x' | size }}",
                "8 b C a 2 2"
            ),
            TemplateExample("{{ 5 | join: ',' }} {{ (1..3) | reverse | join: '' }} {{ nothing | sort | size }}", "5 321 0"),
        ]
    )
    func filtersList(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: Self.people) == example.expected)
    }

    @Test(
        "default replaces nil, false and what is empty",
        arguments: [
            TemplateExample("{{ nothing | default: 'x' }}{{ '' | default: 'x' }}{{ false | default: 'x' }}{{ 0 | default: 'x' }}", "xxx0"),
            TemplateExample("{{ false | default: 'x', allow_false: true }}{{ nil | default: allow_false: true, 'x' }}", "falsex"),
            TemplateExample("{{ a.b | default: c }}", "z", data: #"{"c":"z"}"#),
        ]
    )
    func defaults(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test(
        "a filter that cannot work with its values stops the rendering",
        arguments: [
            "{{ 1 | divided_by: 0 }}", "{{ 1 | modulo: 0 }}", "{{ 1.0 | divided_by: 0 }}", "{{ '!' | base64_decode }}",
            "{{ 'a' | slice: 'x' }}",
            "{{ 'a' | truncate: nil }}", "{{ 'a' | concat: 'b' }}", "{{ m | map: 'x' }}", "{{ m | sort: 'x' }}", "{{ o | sort }}",
            "{{ '%ff' | url_decode }}",
            "{% if 'a' < 1 %}{% endif %}", "{% for i in m limit: 'x' %}{% endfor %}", "{{ (1.5..x) }}",
        ]
    )
    func stops(_ template: String) throws {
        let error = try failure(template, data: #"{"m":[1,2],"o":[1,"a"],"x":1.5}"#)
        #expect(error?.kind == .value)
    }
}
