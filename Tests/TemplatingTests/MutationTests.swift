import Foundation
import JSON
import Templating
import Testing

/// Templates taken apart and put together wrongly: compiling and rendering them must end, within the limits, with text or a reason.
///
/// `DATAMAILER_TEST_TEMPLATES` says how many, `DATAMAILER_TEST_SEED` which ones.
@Suite("Mutated templates")
struct MutationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["DATAMAILER_TEST_TEMPLATES"].flatMap { Int($0) } ?? 3_000
    private static let seed = environment["DATAMAILER_TEST_SEED"].flatMap { UInt64($0) } ?? 42

    private static let sources = [
        "{% if a.b[0] == 'x' and x contains y or not z %}{{ a | upcase }}{% elsif 1 < 2.5 %}b{% else %}c{% endif %}",
        "{% for i in (1..9) reversed limit: 3 offset: continue %}{{ forloop.index }}{% break %}{% else %}none{% endfor %}",
        "{% tablerow i in list cols: 2 limit: 3 offset: 1 %}{{ tablerowloop.col_last }}{{ i }}{% endtablerow %}",
        "{% case x %}{% when 1, 'x' or y %}{{ mark }}{% else %}{% increment n %}{% decrement n %}{% endcase %}",
        "{% capture c %}<i>{{ mark }}{{- x -}}</i>{% endcapture %}{{ c | truncate: 9, mark }}{{ c | replace: 'x', mark | split: '' | join: mark }}",
        "{% assign p = list | where: 'k', mark | map: 'k' | concat: list | sort_natural | uniq %}{{ p | first }}{{ p | join: ', ' | append: mark }}",
        "{% liquid\n  assign v = mark | default: 'y', allow_false: true\n  # note\n  for i in list\n    echo i.k | escape_once\n  endfor\n%}",
        "{% comment %}{{ x }{% endcomment %}{% raw %}{{ mark }}{% endraw %}{% doc %}{% enddoc %}{% # note %}{%- cycle 'g': mark, x -%}",
        "{% ifchanged %}{{ 'now' | date: '%Y-%m-%d %10N%^a' }}{% endifchanged %}{{ -9223372036854775808 | divided_by: -1 | round: 2 }}",
        "{{ mark | newline_to_br | strip_html | url_encode | url_decode | base64_encode | base64_decode | slice: -3, 9 | prepend: mark }}",
        "{% unless list.size > 99 %}{{ [name].k['k'][-1] }}{{ list[x].k }}{{ o.0.k }}{{ big | times: big | modulo: 7.5 | at_most: 3 }}{% endunless %}",
    ]

    private static let pieces: [String] =
        sources.flatMap(split) + [
            "{{", "}}", "{%", "%}", "{%-", "-%}", "-", "'", "\"", "|", ":", ",", ".", "..", "[", "]", "(", ")", "==", "<", "\n", "\u{0}", "ä", "💌",
            "0", "-1", "9223372036854775807", "1e9", "nil", "empty", "blank", "%", "\\", "end", "<§>",
        ]

    /// Words, numbers, delimiters and single characters.
    private static func split(_ source: String) -> [String] {
        var parts: [String] = []
        var word = ""
        for character in source {
            if character.isLetter || character.isNumber || character == "_" {
                word.append(character)
                continue
            }
            if !word.isEmpty { parts.append(word) }
            word = ""
            parts.append(String(character))
        }
        return word.isEmpty ? parts : parts + [word]
    }

    private static func mutated(_ random: inout SeededGenerator) -> String {
        var parts = split(sources[Int.random(in: 0..<sources.count, using: &random)])
        for _ in 0..<Int.random(in: 1...6, using: &random) where !parts.isEmpty {
            let place = Int.random(in: 0..<parts.count, using: &random)
            let other = Int.random(in: 0..<parts.count, using: &random)
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: parts.remove(at: place)
            case 1: parts.insert(piece, at: place)
            case 2: parts[place] = piece
            case 3: parts.swapAt(place, other)
            case 4: parts.removeSubrange(min(place, other)..<min(max(place, other), min(place, other) + 6))
            default: parts.insert(contentsOf: parts[min(place, other)..<max(place, other)].prefix(9), at: place)
            }
        }
        return parts.joined()
    }

    private static let limits = RenderLimits(outputBytes: 4_096, iterations: 300, memoryBytes: 1 << 18, time: .seconds(60))

    @Test("text or a reason comes out, with a place in the template, and nothing of the data unescaped")
    func endsWell() throws {
        let json =
            #"{"a":{"b":["x"]},"x":1,"y":"1","mark":"<§>&","list":[{"k":"<§>"},{"k":2.5},"<§>",null,[1]],"o":[{"k":"\n<§>"}],"name":"a","big":1e300}"#
        let data = try #require(try JSONValue.parse(json).objectValue)
        var random = SeededGenerator(state: Self.seed)
        for _ in 0..<Self.count {
            let source = Self.mutated(&random)
            for dialect in [TemplateDialect.standard, .strictLiquid] {
                do throws(TemplateError) {
                    let template = try Template.compile(source, dialect: dialect)
                    let html = try template.render(data, limits: Self.limits)
                    #expect(html.count <= 4_096, "\(source.debugDescription)")
                    let isMarked = !source.contains("<§>") && String(decoding: html, as: UTF8.self).contains("<§>")
                    #expect(!isMarked, "\(source.debugDescription)")
                    _ = try template.render(data, escape: .none, undefined: .error, limits: Self.limits)
                } catch {
                    #expect(Self.isPlaced(error, in: source), "\(error) for \(source.debugDescription)")
                }
            }
        }
    }

    private static func isPlaced(_ error: TemplateError, in source: String) -> Bool {
        let lines = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard error.line >= 1, error.line <= lines.count, error.column >= 1 else { return false }
        return error.column <= lines[error.line - 1].count + 1 && error.reason.hasSuffix(".")
    }
}
