import Templating
import Testing

@Suite("Tags")
struct TagTests {
    @Test(
        "a tag renders as Liquid says",
        arguments: [
            TemplateExample("{% assign a = 'x' | upcase %}{{ a }}", "X"),
            TemplateExample("{% assign a.b = 1 %}{{ a.b }}", "", data: #"{"a":{}}"#),
            TemplateExample("{% capture a %}1{{ x }}{% endcapture %}{{ a }}{{ a }}", "1212", data: #"{"x":2}"#),
            TemplateExample("{% if x %}a{% elsif y %}b{% else %}c{% endif %}", "b", data: #"{"y":0}"#),
            TemplateExample("{% if false and true or true %}a{% else %}b{% endif %}", "b"),
            TemplateExample("{% if true or false and false %}a{% else %}b{% endif %}", "a"),
            TemplateExample("{% if x contains 'b' and x.size == 2 %}a{% endif %}", "a", data: #"{"x":["a","b"]}"#),
            TemplateExample("{% if nothing > 1 or 1 < nothing %}a{% else %}b{% endif %}", "b"),
            TemplateExample("{% if x == empty and y == blank and nothing == blank %}a{% endif %}", "a", data: #"{"x":[],"y":" \n"}"#),
            TemplateExample("{% if 1 == 1.0 and 2 <> 3 and 2 != '2' %}a{% endif %}", "a"),
            TemplateExample("{% unless x %}a{% elsif true %}b{% endunless %}", "a"),
            TemplateExample("{% case x %}ignored{% when 1, 2 %}a{% when 3 or 4 %}b{% else %}c{% endcase %}", "b", data: #"{"x":4}"#),
            TemplateExample("{% case x %}{% when 1, 1 %}a{% else %}c{% endcase %}", "aa", data: #"{"x":1}"#),
            TemplateExample("{% assign a = 1 %}{% case a %}{% when 1 %}{% assign a = 2 %}x{% when 2 %}y{% when 1 %}z{% endcase %}", "xy"),
            TemplateExample(
                "{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'g': 1, 2 %}{% cycle 'g': 3, 4 %}",
                "aba14"
            ),
            TemplateExample("{% cycle x, y %}{% cycle x, y %}", "11", data: #"{"x":1,"y":2}"#),
            TemplateExample("{% cycle (1..2), 'a', blank %}{% cycle (1..2), 'a', blank %}{% cycle (1..2), 'b', blank %}", "1..2a1..2"),
            TemplateExample("{% increment a %}{% increment a %}{% decrement b %}{% decrement b %}{{ a }}{{ b }}", "01-1-22-2"),
            TemplateExample("{% increment a %}{{ a }}", "56", data: #"{"a":5}"#),
            TemplateExample("{% assign a = 'x' %}{% increment a %}{{ a }}", "0x"),
            TemplateExample("{% echo 'a' | append: 'b' %}", "ab"),
            TemplateExample(
                "a{% comment %}{{ x }{% if %}{% comment %}{% endcomment %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}b",
                "ab"
            ),
            TemplateExample("a{% # a note\n # and another %}b", "ab"),
            TemplateExample("a{% doc %}{% if %}{% enddoc %}b", "ab"),
            TemplateExample("{% raw %}{{ x }}{% if %} {%- endraw -%}  c", "{{ x }}{% if %} c"),
            TemplateExample(
                "a {% comment %}x{% endcomment %}{%- if true %} b {% endif %}{% # x %}{{- 'c' }} {% doc %}{% enddoc %}{{- 'd' }}",
                "a  b c d"
            ),
            TemplateExample("{% raw %} a {% endraw %}{%- if true %}b{% endif %}{% raw %} {% endraw %} {{- 'c' }}", " a b c"),
            TemplateExample(
                "{% liquid\nassign a = 1\nfor i in (1..3)\nif i == 2\ncontinue\nendif\necho i\nendfor\n# done\necho a %}",
                "131"
            ),
            TemplateExample("{% for i in x %}{% ifchanged %}{{ i }}{% endifchanged %}{% endfor %}", "121", data: #"{"x":[1,1,2,2,1]}"#),
            TemplateExample("{%if true%}\n {% assign a = 1 %} \n{% endif %}{% if true %} x {% endif %}", " x "),
            TemplateExample("  a {{- 'b' -}} \n c {%- if true -%} d {%- endif -%}  e", "  abcde"),
        ]
    )
    func rendersTag(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test(
        "a loop renders as Liquid says",
        arguments: [
            TemplateExample("{% for i in x limit: 2 offset: 1 %}{{ i }}{% endfor %}", "23", data: #"{"x":[1,2,3,4]}"#),
            TemplateExample("{% for i in x reversed limit: 2, offset: 1 %}{{ i }}{% endfor %}", "32", data: #"{"x":[1,2,3,4]}"#),
            TemplateExample(
                "{% for i in x limit: 1 %}{{ i }}{% endfor %}-{% for i in x offset: continue %}{{ i }}{% endfor %}",
                "1-23",
                data: #"{"x":[1,2,3]}"#
            ),
            TemplateExample("{% for i in (x..y) %}{{ i }}{% endfor %}", "234", data: #"{"x":"2","y":4}"#),
            TemplateExample("{% for i in (3..1) %}{{ i }}{% else %}none{% endfor %}", "none"),
            TemplateExample("{% for p in x %}{{ p[0] }}={{ p[1] }};{% endfor %}", "a=1;b=2;", data: #"{"x":{"a":1,"b":2}}"#),
            TemplateExample("{% for i in 'abc' %}{{ i }}|{% endfor %}", "abc|"),
            TemplateExample(
                "{% for i in (1..9) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}",
                "13"
            ),
            TemplateExample(
                "{% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}"
                    + "{{ forloop.rindex0 }}"
                    + "{{ forloop.first }}{{ forloop.last }}{{ forloop.length }} {% endfor %}{% endfor %}",
                "1021truefalse2 1110falsetrue2 2021truefalse2 2110falsetrue2 "
            ),
            TemplateExample("{% for i in a.b[0] %}{{ forloop.name }}{% endfor %}", "i-a.b[0]", data: #"{"a":{"b":[[1]]}}"#),
            TemplateExample("{% for i in (1..2) %}{% assign i = 9 %}{{ i }}{% endfor %}{{ i }}", "129"),
            TemplateExample("a{% break %}b", "a"),
            TemplateExample(
                "{% tablerow i in (1..3) cols: 2 %}{{ i }}{{ tablerowloop.col_last }}{% endtablerow %}",
                "<tr class=\"row1\">\n<td class=\"col1\">1false</td><td class=\"col2\">2true</td></tr>\n"
                    + "<tr class=\"row2\"><td class=\"col1\">3false</td></tr>\n"
            ),
            TemplateExample(
                "{% tablerow i in x limit: 1 offset: 1 %}{{ i }}{{ tablerowloop.row }}{{ tablerowloop.col0 }}{% endtablerow %}",
                "<tr class=\"row1\">\n<td class=\"col1\">210</td></tr>\n",
                data: #"{"x":[1,2,3]}"#
            ),
        ]
    )
    func rendersLoop(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test(
        "values are reached and written as Liquid says",
        arguments: [
            TemplateExample(
                "{{ a.b[0].c }}{{ a['b'][-1]['c'] }}{{ a.b.size }}{{ a.b.first.c }}{{ a.b.last.c }}",
                "13213",
                data: #"{"a":{"b":[{"c":1},{"c":3}]}}"#
            ),
            TemplateExample("{{ [k] }}{{ ['x y'].z }}{{ a[k] }}", "120", data: #"{"k":"v","v":1,"x y":{"z":2},"a":{"v":0}}"#),
            TemplateExample("[{{ [n] }}{{ [nothing] }}{{ [nil] }}{{ [1] }}{{ ['1'] }}]", "[y]", data: #"{"":"x","1":"y","n":null}"#),
            TemplateExample("{{ a.size }}", "big", data: #"{"a":{"size":"big"}}"#),
            TemplateExample("{{ 1 }}{{ -2.50 }}{{ 'a' }}{{ true }}{{ nil }}{{ (1..3) }}{{ empty }}", "1-2.5atrue1..3"),
            TemplateExample("{{ a }}{{ o }}", #"12x{"k"=>[1, "v", nil]}"#, data: #"{"a":[1,[2,"x"],null],"o":{"k":[1,"v",null]}}"#),
            TemplateExample(
                "{{ 12345678901234567890 }} {{ a }} {{ b }}",
                "12345678901234567890 1.0e+20 0.0001",
                data: #"{"a":1e20,"b":0.0001}"#
            ),
        ]
    )
    func writesValue(_ example: TemplateExample) throws {
        #expect(try rendered(example.template, data: example.data) == example.expected)
    }

    @Test(
        "what is not Liquid is refused",
        arguments: [
            "{% if %}{% endif %}", "{% if a %}", "{% endif %}", "{% nosuch %}", "{{ a | nosuch }}", "{{ a b }}", "{{ a", "{% if a",
            "{{ 'a }}",
            "{% for i of a %}{% endfor %}", "{% for i in a step: 2 %}{% endfor %}", "{% case %}{% endcase %}", "{% assign a %}",
            "{% capture %}x{% endcapture %}",
            "{% if a = b %}{% endif %}", "{% if (a or b) %}{% endif %}", "{{ a.0 }}", "{% include 'x' %}", "{% render 'x' %}",
            "{% comment %}", "{% raw %}",
            "{% raw x %}{% endraw %}", "{% cycle %}", "{% increment %}", "{% # a\nb %}", "{{ a. }}", "{{ a[ }}", "{{ (1..) }}",
            "{% liquid if a %}", "{%%}",
            "{% tablerow i in a rows: 2 %}{% endtablerow %}", "{% for i in a %}{% else %}{% else %}{% endfor %}",
            "{% case a %}{% else b %}{% endcase %}", "{{ 'a' | append }}",
            "{{ 'a' | upcase: 1 }}", "{{ 1 | plus: 1, 2 }}",
            "{{ 'a' | upcase: x: 1 }}", "{{ 'a' | append: x: 1 }}", "{{ 'a' | append: 'b', x: 1 }}",
        ]
    )
    func refuses(_ template: String) throws {
        #expect(try failure(template) != nil)
    }
}
