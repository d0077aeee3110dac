import JSON

extension Renderer {
    /// The items of a loop, without a copy of what they come from.
    struct LoopItems {
        var source: Value
        var first: Int
        var count: Int
        var isReversed = false

        subscript(index: Int) -> Value {
            let position = first + (isReversed ? count - 1 - index : index)
            switch source {
            case .list(let list): return list[position]
            case .range(let start, _): return .integer(start + position)
            case .object(let object): return .list([.string(object.members[position].key), Value(object.members[position].value)])
            default: return source
            }
        }
    }

    /// The items between two positions; a string is one item whatever they are.
    private func items(of value: Value, from: Int, to: Int?) -> LoopItems {
        let total: Int
        switch value {
        case .string(let text), .markup(let text): return LoopItems(source: value, first: 0, count: text.isEmpty ? 0 : 1)
        case .list(let list): total = list.count
        case .object(let object): total = object.count
        case .range(let first, let last): total = Value.rangeCount(first, last)
        default: return LoopItems(source: value, first: 0, count: 0)
        }
        let start = max(0, from)
        let end = min(total, to ?? total)
        return LoopItems(source: value, first: start, count: max(0, end - start))
    }

    mutating func render(_ loop: LoopNode) throws(Fault) -> Interrupt? {
        offset = loop.offset
        var from = 0
        switch loop.start {
        case .continued: from = min(loopEnds[loop.name] ?? 0, 1 << 41)
        case .expression(let expression): from = try option(expression) ?? 0
        case nil: break
        }
        let collection = try evaluate(loop.collection)
        let limit = try loop.limit.map { expression throws(Fault) in try option(expression) } ?? nil
        var items = items(of: collection, from: from, to: limit.map { $0 + from })
        items.isReversed = loop.isReversed
        loopEnds[loop.name] = from + min(items.count, 1 << 40)
        guard items.count > 0 else { return try render(loop.otherwise) }
        var state = LoopState(name: loop.name, length: items.count, index: 0, parent: .null)
        if let outer = scopes.last(where: { $0.loopName == "forloop" }) { state.parent = .loop(outer.state) }
        scopes.append(Scope(variable: loop.variable, value: .null, loopName: "forloop", state: state))
        defer { scopes.removeLast() }
        for index in 0..<items.count {
            offset = loop.offset
            try meter.iterate()
            scopes[scopes.count - 1].value = items[index]
            scopes[scopes.count - 1].state.index = index
            if try render(loop.body) == .stopLoop { break }
        }
        return nil
    }

    /// A limit or an offset; nil when it is nil.
    private mutating func option(_ expression: Expression) throws(Fault) -> Int? {
        let value = try weighed(try evaluate(expression))
        guard !value.isNull else { return nil }
        let number = try value.strictInteger()
        return max(-(1 << 40), min(1 << 40, number))
    }

    mutating func render(_ table: TableNode) throws(Fault) {
        offset = table.offset
        let collection = try evaluate(table.collection)
        guard collection.isTruthy else { return }
        let from = try tableOption(table.start) ?? 0
        let limit = try tableOption(table.limit)
        let items = items(of: collection, from: from, to: limit.map { $0 + from })
        var state = LoopState(name: nil, length: items.count, index: 0, parent: .null)
        state.columns = try tableOption(table.columns) ?? items.count
        try write("<tr class=\"row1\">\n".utf8)
        scopes.append(Scope(variable: table.variable, value: .null, loopName: "tablerowloop", state: state))
        defer { scopes.removeLast() }
        for index in 0..<items.count {
            offset = table.offset
            try meter.iterate()
            scopes[scopes.count - 1].value = items[index]
            scopes[scopes.count - 1].state = state
            try write("<td class=\"col\(state.column)\">".utf8)
            let interrupt = try render(table.body)
            try write("</td>".utf8)
            if interrupt == .stopLoop { break }
            if state.column == state.columns, index < items.count - 1 {
                try write("</tr>\n<tr class=\"row\(state.row + 1)\">".utf8)
            }
            state.advanceCell()
        }
        try write("</tr>\n".utf8)
    }

    /// A number as loosely as `tablerow` takes it.
    private mutating func tableOption(_ expression: Expression?) throws(Fault) -> Int? {
        guard let expression else { return nil }
        let value = try weighed(try evaluate(expression))
        switch value {
        case .integer(let integer): return max(-(1 << 40), min(1 << 40, integer))
        case .float(let double): return double.magnitude < 1e12 ? Int(double) : 0
        case .string(let text), .markup(let text):
            guard case .small(let integer) = try NumberValue.leadingInteger(text) else { return 0 }
            return max(-(1 << 40), min(1 << 40, integer))
        case .null: return 0
        default: throw Fault(.value, "A number was expected.")
        }
    }
}
