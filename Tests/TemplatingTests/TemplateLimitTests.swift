import JSON
import Templating
import Testing

@Suite("Limits and hostile templates")
struct TemplateLimitTests {
    @Test(
        "each limit stops a rendering with its own reason (D29)",
        arguments: [
            ("{% for i in (1..2000) %}{% for j in (1..2000) %}{% endfor %}{% endfor %}", TemplateError.Kind.tooManyIterations),
            ("{% for i in (1..1000000000) %}{% endfor %}", .tooManyIterations),
            ("{% tablerow i in (1..200000) %}{% endtablerow %}", .outputTooLarge),
            ("{% for i in (1..90000) %}0123456789abcdef{% endfor %}", .outputTooLarge),
            ("{% assign a = 'x' %}{% for i in (1..99) %}{% assign a = a | append: a %}{% endfor %}", .outOfMemory),
            ("{% assign a = 'x' %}{% for i in (1..99) %}{% assign a = a | replace: 'x', 'xx' %}{% endfor %}", .outOfMemory),
            ("{% assign a = 'x' %}{% for i in (1..99) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}", .outOfMemory),
            ("{% assign a = 'x' | split: '' %}{% for i in (1..99) %}{% assign a = a | concat: a %}{% endfor %}", .outOfMemory),
            ("{{ (1..1000000000) | join }}", .outOfMemory),
            (
                "{{ (-9223372036854775807..9223372036854775807) | size }}{{ (-9223372036854775807..9223372036854775807) | reverse }}",
                .outOfMemory
            ),
            ("{% assign a = 9 %}{% for i in (1..99) %}{% assign a = a | times: a %}{% endfor %}", .outOfMemory),
            ("{{ 'now' | date: '%99999Y' }}", .value),
        ]
    )
    func stopsRendering(_ template: String, _ kind: TemplateError.Kind) throws {
        let limits = RenderLimits(memoryBytes: 1 << 20, time: .seconds(30))
        #expect(try failure(template, limits: limits)?.kind == kind)
    }

    @Test("a rendering that takes too long stops by the clock")
    func stopsByClock() throws {
        let template = "{% assign a = '' %}{% for i in (1..99999) %}{% if i contains 'x' %}{% endif %}{% endfor %}"
        #expect(try failure(template, limits: RenderLimits(time: .zero))?.kind == .outOfTime)
    }

    @Test(
        "a few heavy values are reason enough to look at the clock",
        arguments: [
            "{% if l == m %}{% endif %}", "{% if t < t %}{% endif %}", "{% if t == blank %}{% endif %}", "{% if t contains 'b' %}{% endif %}",
            "{% case l %}{% when m %}{% endcase %}", "{% for i in m limit: t %}{% endfor %}", "{{ (t..1) }}", "{{ 1 | plus: t }}",
            "{{ 'a' | split: l }}", "{{ n | sum }}", "{{ n | sort }}", "{{ n | join }}", "{{ t | upcase }}", "{{ l | first }}",
        ]
    )
    func looksAtClock(_ template: String) throws {
        let data = JSONObject([
            ("l", .array([.array([])])), ("m", .array([.array([])])), ("t", .string(String(repeating: " ", count: 300_000))),
            ("n", .array(Array(repeating: .number(JSONNumber(text: String(repeating: "9", count: 1_000))), count: 3))),
        ])
        let compiled = try Template.compile(template, dialect: .strictLiquid)
        let error = #expect(throws: TemplateError.self) { try compiled.renderText(data, limits: RenderLimits(time: .zero)) }
        #expect(error?.kind == .outOfTime)
    }

    @Test("limits count exactly")
    func countsExactly() throws {
        #expect(try rendered("12345", limits: RenderLimits(outputBytes: 5)) == "12345")
        #expect(try failure("123456", limits: RenderLimits(outputBytes: 5))?.kind == .outputTooLarge)
        let loop = "{% for i in (1..3) %}{{ i }}{% endfor %}"
        #expect(try rendered(loop, limits: RenderLimits(iterations: 3)) == "123")
        #expect(try failure(loop, limits: RenderLimits(iterations: 2))?.kind == .tooManyIterations)
    }

    @Test("a long range costs nothing until it is used")
    func lazyRange() throws {
        let template =
            "{% for i in (1..9223372036854775807) limit: 2 %}{{ i }}{% endfor %}"
            + "{% for i in (1..9223372036854775807) reversed %}{{ i }}{% break %}{% endfor %}"
            + "{% for i in (1..9223372036854775807) offset: continue limit: 3 %}x{% endfor %}"
        #expect(try rendered(template).hasPrefix("129223372036854775807"))
    }

    @Test(
        "depth without end is refused, not followed",
        arguments: [
            "{% if a %}", "{% for i in a %}", "{% capture a %}", "{% case a %}{% when 1 %}", "{% unless a %}", "{% tablerow i in a %}",
            "{% ifchanged %}",
        ]
    )
    func refusesDepth(_ opening: String) throws {
        #expect(try failure(String(repeating: opening, count: 20_000))?.kind == .nestingTooDeep)
        let closing = "{% end" + opening.dropFirst(3).prefix { $0.isLetter } + " %}"
        let nested = String(repeating: opening, count: 64) + String(repeating: closing, count: 64)
        #expect(try failure(nested) == nil)
    }

    @Test(
        "long chains are refused or taken, never followed into the stack",
        arguments: [
            ("{{ a", "[a", ""), ("{{ ", "(1..", ""), ("{{ a", " | upcase", " }}"), ("{% if a", " and a", " %}{% endif %}"),
            ("{{ a", ".b", " }}"), ("", "{% liquid ", ""), ("{{", "{{", ""), ("{%", "{%", ""), ("{% raw %}", "{% endraw ", ""),
            ("{% comment %}", "{{ {% raw %}", ""), ("", "{% comment %}", ""), ("", "{{ '", ""),
        ]
    )
    func longChains(_ start: String, _ part: String, _ end: String) throws {
        let source = start + String(repeating: part, count: 40_000) + end
        _ = try failure(source, data: #"{"a":"x"}"#)
        #expect(try failure(source, compileLimits: CompileLimits(nodes: 1_000)) != nil)
    }

    @Test("a source too long is refused before it is read")
    func refusesLongSource() throws {
        #expect(try failure("0123456789", compileLimits: CompileLimits(sourceBytes: 9))?.kind == .sourceTooLarge)
    }

    @Test("searches take linear time whatever is searched")
    func linearSearch() throws {
        let data = JSONObject([
            ("t", .string(String(repeating: "a", count: 400_000))), ("p", .string(String(repeating: "a", count: 200_000) + "b")),
        ])
        let template = try Template.compile(
            "{{ t | replace: p, '' | size }}{{ t | remove_last: p | size }}{% if t contains p %}{% endif %}{{ t | split: p | size }}"
        )
        #expect(try template.renderText(data) == "4000004000001")
    }

    @Test("random pieces of templates never trap")
    func survivesRandomTemplates() throws {
        let pieces = [
            "{{", "}}", "{%", "%}", "-", " if ", " endif ", "for i in ", "endfor", "a", ".b", "[0]", "[", "]", "(1..3)", "(", "..", ")",
            " | ", "slice: ", "-9223372036854775808", "9223372036854775807",
            ",", ":", "'", "\"", "x'", " limit: ", " offset: continue", "comment", "raw", "endraw", "liquid ", "\n", "assign a = ",
            "capture a", "endcapture", "times: 99", "divided_by: -1", "modulo: -1",
            "date: '%", "truncate: ", "round: ", "cycle ", "increment a", "ä", "💌", "\u{0}", "==", "contains ", "and ", "tablerow i in ",
            "endtablerow", "cols: 0", "else", "case a", "when ", "endcase",
        ]
        let data = try #require(try JSONValue.parse(#"{"a":[1,-2.5,"x",null,{"b":[]}],"i":{"b":"<"}}"#).objectValue)
        var random = SeededGenerator(state: 42)
        for _ in 0..<20_000 {
            let source = (0..<Int.random(in: 1...14, using: &random)).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }
                .joined()
            for text in [source, "{{ " + source + " }}", "{% " + source + " %}"] {
                guard let template = try? Template.compile(text) else { continue }
                _ = try? template.render(data, limits: RenderLimits(outputBytes: 4_096, iterations: 200))
            }
        }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
