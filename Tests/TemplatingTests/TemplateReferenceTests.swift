import JSON
import Templating
import Testing

let noData = JSONObject()

@Suite("What a template reads")
struct TemplateReferenceTests {
    @Test("roots are the variables that the template does not make itself")
    func roots() throws {
        let source = """
            {{ contact.email }}{% assign a = campaign.name %}{{ a.x }}{% capture b %}{{ c }}{% endcapture %}{{ b }}
            {% for i in items limit: n %}{{ i.name }}{{ forloop.index }}{% else %}{{ i }}{% endfor %}{% if x == y %}{% endif %}
            {% case k %}{% when v %}{% endcase %}{% increment z %}{{ z }}{{ 'q' | append: f }}{{ ['member'].id }}{% cycle g: 1 %}
            {% tablerow t in rows %}{{ t }}{{ tablerowloop.col }}{% endtablerow %}{% comment %}{{ no }}{% endcomment %}{{ (r1..r2) }}
            """
        let template = try Template.compile(source)
        let expected: Set = [
            "contact", "campaign", "c", "items", "n", "i", "x", "y", "k", "v", "f", "member", "g", "rows", "r1", "r2",
        ]
        #expect(template.referencedRoots == expected)
        #expect(!template.hasComputedRoots)
        #expect(try Template.compile("{{ [a] }}").hasComputedRoots)
    }

    @Test("paths go as far as they are written out")
    func paths() throws {
        let template = try Template.compile(
            "{{ contact.attributes.first_name }}{{ contact['attributes']['x y'] }}{{ a.b[k].c }}{{ a.b[0].c }}"
        )
        #expect(
            template.referencedPaths == [["a", "b"], ["contact", "attributes", "first_name"], ["contact", "attributes", "x y"], ["k"]]
        )
    }

    @Test("one template renders in many tasks at once")
    func concurrent() async throws {
        let template = try Template.compile("{% for i in (1..50) %}{{ i }}{{ x }}{% cycle 'a', 'b' %}{% endfor %}")
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let data = JSONObject([("x", .string("<\(number)>"))])
                    let expected = (1...50).map { "\($0)&lt;\(number)&gt;" + ($0 % 2 == 1 ? "a" : "b") }.joined()
                    return (try? template.renderText(data)) == expected
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
