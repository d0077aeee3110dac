import JSON
import Model

/// A compiled template: compile it once, render it many times, from several tasks at once.
///
/// The language is Liquid as Shopify defines it, without the tags that read other files. Templates may come from strangers: compiling
/// and rendering are bounded by their limits and never trap.
package struct Template: Sendable {
    private let source: TemplateSource
    private let nodes: [Node]
    private let references: VariableReferences
    package let dialect: TemplateDialect

    /// Variables that the template reads and does not make itself.
    package var referencedRoots: Set<String> { references.roots }
    /// The same with the properties that are named behind them, such as `["contact", "attributes", "first_name"]`; sorted.
    package var referencedPaths: [[String]] { references.paths.sorted { $0.lexicographicallyPrecedes($1) } }
    /// Whether a variable's own name is worked out at render time (`{{ [name] }}`), so that `referencedRoots` cannot tell all.
    package var hasComputedRoots: Bool { references.hasComputedRoot }

    package static func compile(
        _ source: String,
        dialect: TemplateDialect = .standard,
        limits: CompileLimits = CompileLimits()
    ) throws(TemplateError) -> Template {
        try compile(segments: [.text(source)], dialect: dialect, limits: limits)
    }

    /// Compiles text with slots in it; see `TemplateSegment`.
    package static func compile(
        segments: [TemplateSegment],
        dialect: TemplateDialect = .standard,
        limits: CompileLimits = CompileLimits()
    ) throws(TemplateError) -> Template {
        let source: TemplateSource
        do throws(Fault) {
            source = try TemplateSource(segments, limits: limits)
        } catch {
            throw TemplateError(line: 1, column: 1, reason: error.reason, kind: error.kind)
        }
        var parser = TemplateParser(source, dialect: dialect, limits: limits)
        do throws(Fault) {
            let nodes = try parser.parse()
            return Template(source: source, nodes: nodes, references: parser.references, dialect: dialect)
        } catch {
            throw source.error(error)
        }
    }

    /// Renders into bytes of UTF-8.
    ///
    /// `now` is what the dates `now` and `today` mean; `placeholder` gives the text of a slot, which is written as it is.
    package func render(
        _ context: some TemplateContext,
        escape: EscapeMode = .html,
        undefined: UndefinedPolicy = .empty,
        limits: RenderLimits = RenderLimits(),
        now: Timestamp = .now(),
        placeholder: (Int) -> String = { _ in "" }
    ) throws(TemplateError) -> [UInt8] {
        var bytes: [UInt8] = []
        try render(
            context,
            into: &bytes,
            escape: escape,
            undefined: undefined,
            limits: limits,
            now: now,
            placeholder: placeholder
        )
        return bytes
    }

    /// Renders at the end of a buffer; on an error the buffer is as it was.
    package func render(
        _ context: some TemplateContext,
        into buffer: inout [UInt8],
        escape: EscapeMode = .html,
        undefined: UndefinedPolicy = .empty,
        limits: RenderLimits = RenderLimits(),
        now: Timestamp = .now(),
        placeholder: (Int) -> String = { _ in "" }
    ) throws(TemplateError) {
        let start = buffer.count
        buffer.reserveCapacity(start + source.bytes.count + source.bytes.count / 8)
        let result = withoutActuallyEscaping(placeholder) { fillSlot in
            var renderer = Renderer(
                source: source,
                dialect: dialect,
                context: context,
                escape: escape,
                undefined: undefined,
                now: now,
                fillSlot: fillSlot,
                outputEnd: start + max(0, limits.outputBytes),
                meter: RenderMeter(limits)
            )
            swap(&renderer.output, &buffer)
            let failure = renderer.run(nodes)
            swap(&renderer.output, &buffer)
            return failure
        }
        if let result {
            buffer.removeSubrange(start...)
            throw result
        }
    }

    /// Renders into a string.
    package func renderText(
        _ context: some TemplateContext,
        escape: EscapeMode = .html,
        undefined: UndefinedPolicy = .empty,
        limits: RenderLimits = RenderLimits(),
        now: Timestamp = .now(),
        placeholder: (Int) -> String = { _ in "" }
    ) throws(TemplateError) -> String {
        let bytes = try render(
            context,
            escape: escape,
            undefined: undefined,
            limits: limits,
            now: now,
            placeholder: placeholder
        )
        return String(decoding: bytes, as: UTF8.self)
    }
}
