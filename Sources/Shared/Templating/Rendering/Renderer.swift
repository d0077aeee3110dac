import JSON
import Model

/// One rendering: the output so far, the variables it made, and its meter.
struct Renderer {
    /// A loop that is running.
    struct Scope {
        var variable: String
        var value: Value
        /// `forloop` or `tablerowloop`.
        var loopName: String
        var state: LoopState
    }

    let source: TemplateSource
    let dialect: TemplateDialect
    let context: any TemplateContext
    let escape: EscapeMode
    let undefined: UndefinedPolicy
    let now: Timestamp
    let fillSlot: (Int) -> String

    var output: [UInt8] = []
    /// Where the output may end at most.
    var outputEnd: Int
    var meter: RenderMeter
    var assigned: [String: Value] = [:]
    var counters: [String: Value] = [:]
    var scopes: [Scope] = []
    /// Where the loops of a name stopped, for `offset: continue`.
    var loopEnds: [String: Int] = [:]
    var cycles: [String: Int] = [:]
    var watched: [UInt8]?
    /// The tag or output at work, for errors.
    var offset = 0

    mutating func render(_ nodes: [Node]) throws(Fault) -> Interrupt? {
        for node in nodes {
            try meter.step()
            switch node {
            case .text(let range):
                offset = range.lowerBound
                try write(source.bytes[range])
            case .placeholder(let number): try write(fillSlot(number).utf8)
            case .output(let expression, let position):
                offset = position
                try write(try evaluate(expression))
            case .assign(let name, let expression, let position):
                offset = position
                assigned[name] = try evaluate(expression)
            case .interrupt(let interrupt): return interrupt
            default: if let interrupt = try renderBlock(node) { return interrupt }
            }
        }
        return nil
    }

    private mutating func renderBlock(_ node: Node) throws(Fault) -> Interrupt? {
        switch node {
        case .branches(let branches): return try render(branches)
        case .cases(let cases): return try render(cases)
        case .loop(let loop): return try render(loop)
        case .table(let table): try render(table)
        case .cycle(let cycle): try render(cycle)
        case .count(let name, let step): try count(name, by: step)
        case .capture(let name, let body): return try capture(body, as: name)
        case .ifChanged(let body): return try renderIfChanged(body)
        default: break
        }
        return nil
    }

    // MARK: - Writing

    mutating func write(_ bytes: some Collection<UInt8>) throws(Fault) {
        guard output.count + bytes.count <= outputEnd else { throw outputTooLarge }
        output.append(contentsOf: bytes)
    }

    private var outputTooLarge: Fault { Fault(.outputTooLarge, "The rendering writes more than \(meter.outputBytes) bytes.") }

    mutating func write(_ value: Value) throws(Fault) {
        switch value {
        case .null, .empty, .blank: break
        case .string(let text): try write(text: text)
        case .markup(let text): try write(text.utf8)
        case .list(let list): for index in 0..<list.count { try write(list[index]) }
        case .object:
            let text = value.text
            try write(text: text)
        default: try write(value.text.utf8)
        }
    }

    private mutating func write(text: String) throws(Fault) {
        guard escape == .html else { return try write(text.utf8) }
        guard output.count + text.utf8.count <= outputEnd else { throw outputTooLarge }
        HTMLEscaper.append(text, to: &output)
        guard output.count <= outputEnd else { throw outputTooLarge }
    }

    /// Renders into a buffer of its own and gives what was written.
    private mutating func collect(_ body: [Node]) throws(Fault) -> (bytes: [UInt8], interrupt: Interrupt?) {
        var outer: [UInt8] = []
        swap(&outer, &output)
        let outerEnd = outputEnd
        outputEnd = meter.outputBytes
        let interrupt: Interrupt?
        do throws(Fault) {
            interrupt = try render(body)
        } catch {
            swap(&outer, &output)
            throw error
        }
        outputEnd = outerEnd
        swap(&outer, &output)
        try meter.charge(outer.count)
        return (outer, interrupt)
    }

    private mutating func capture(_ body: [Node], as name: String) throws(Fault) -> Interrupt? {
        let (bytes, interrupt) = try collect(body)
        let text = String(decoding: bytes, as: UTF8.self)
        assigned[name] = escape == .html ? .markup(text) : .string(text)
        return interrupt
    }

    private mutating func renderIfChanged(_ body: [Node]) throws(Fault) -> Interrupt? {
        let (bytes, interrupt) = try collect(body)
        if bytes != watched {
            try write(bytes)
            watched = bytes
        }
        return interrupt
    }

    private mutating func count(_ name: String, by step: Int) throws(Fault) {
        var value = counters[name] ?? .integer(0)
        if counters[name] == nil, let json = context.templateValue(root: name), case .number = json { value = Value(json) }
        let next = try NumberValue(value).apply(.plus, .small(step)).value
        counters[name] = next
        try write(step > 0 ? value : next)
    }

    private mutating func render(_ cycle: CycleNode) throws(Fault) {
        offset = cycle.offset
        let key =
            switch cycle.group {
            case .named(let name): "n" + (try weighed(try evaluate(name))).identityKey
            case .anonymous(let items): "a" + items
            }
        let turn = cycles[key] ?? 0
        if turn < cycle.items.count {
            try write(try evaluate(cycle.items[turn]))
        }
        cycles[key] = turn + 1 >= cycle.items.count ? 0 : turn + 1
    }
}

extension Renderer {
    /// Renders a whole template and gives the error that stopped it.
    mutating func run(_ nodes: [Node]) -> TemplateError? {
        do throws(Fault) {
            _ = try render(nodes)
            return nil
        } catch {
            return source.error(error, at: offset)
        }
    }
}
