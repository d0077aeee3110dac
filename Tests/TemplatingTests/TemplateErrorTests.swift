import Templating
import Testing

@Suite("Errors say where and why")
struct TemplateErrorTests {
    @Test(
        "line and column count from 1, in characters",
        arguments: [
            ("a\nb{% nosuch %}", 2, 2, TemplateError.Kind.unknownTag), ("ää{{ x | nosuch }}", 1, 10, .unknownFilter),
            ("\r\n  {% if x %}", 2, 3, .syntax), ("{% liquid\n  assign a = 1\n  oops\n%}", 3, 3, .unknownTag),
            ("{{ 'a' | append }}", 1, 10, .arguments), ("x\n{{ 1 | divided_by: 0 }}", 2, 8, .value), ("{{ a b }}", 1, 6, .syntax),
            ("{% if x %}\n{% for i in (1..3) %}\n{{ i | concat: i }}{% endfor %}{% endif %}", 3, 8, .value), ("💌{{ x", 1, 2, .syntax),
        ]
    )
    func position(_ template: String, _ line: Int, _ column: Int, _ kind: TemplateError.Kind) throws {
        let error = try failure(template, data: #"{"x":1}"#)
        #expect(error?.line == line)
        #expect(error?.column == column)
        #expect(error?.kind == kind)
        #expect(error?.reason.hasSuffix(".") == true)
    }

    @Test("an undefined variable renders as nothing, or is an error that names it")
    func undefined() throws {
        let data = #"{"a":{"b":null}}"#
        #expect(try rendered("[{{ x }}{{ a.c.d }}{{ a.b }}]", data: data) == "[]")
        #expect(try failure("{{ a.b }}{% assign y = 1 %}{{ y }}", data: data, undefined: .error) == nil)
        let error = try failure("\n{{ a.c.d | default: 1 }}", data: data, undefined: .error)
        #expect(error?.kind == .undefinedVariable)
        #expect(error?.line == 2 && error?.column == 4)
        #expect(error?.reason.contains("a.c.d") == true)
        #expect(try failure("{% if x %}{% endif %}", data: data, undefined: .error)?.kind == .undefinedVariable)
    }

    @Test("a failed rendering leaves the buffer as it was")
    func leavesBuffer() throws {
        let template = try Template.compile("abc{% capture x %}def{{ 1 | divided_by: 0 }}{% endcapture %}", dialect: .strictLiquid)
        var buffer = Array("before".utf8)
        #expect(throws: TemplateError.self) { try template.render(noData, into: &buffer) }
        #expect(buffer == Array("before".utf8))
        try Template.compile("{{ 'x' }}").render(noData, into: &buffer)
        #expect(buffer == Array("beforex".utf8))
    }
}
