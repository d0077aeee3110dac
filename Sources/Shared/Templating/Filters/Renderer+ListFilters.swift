extension Renderer {
    mutating func applyList(_ filter: Filter, to input: Value, _ arguments: FilterArguments) throws(Fault) -> Value {
        let items = try items(of: input)
        switch filter {
        case .join: return try joined(items, glue: arguments.count > 0 ? arguments[0] : .string(" "))
        case .reverse: return .list(items.reversed())
        case .concat:
            guard case .list(let other) = arguments[0] else { throw Fault(.value, "The filter «concat» takes a list.") }
            try meter.charge((items.count + other.count) * 16)
            return .list(items + other.values)
        case .map: return try map(items, arguments[0])
        case .compact: return try compact(items, arguments[0])
        case .uniq: return try unique(items, arguments[0])
        case .sum: return try sum(items, arguments[0])
        case .sort: return try sorted(items, by: arguments[0]) { (left, right) throws(Fault) in try Self.nilSafeOrder(left, right) }
        case .sort_natural: return try sorted(items, by: arguments[0]) { (left, right) throws(Fault) in Self.naturalOrder(left, right) }
        default: return try choose(filter, from: items, arguments)
        }
    }

    /// What list filters work on: lists flattened, an object as one item, other values as one, nil as none.
    mutating func items(of value: Value) throws(Fault) -> [Value] {
        switch value {
        case .null: return []
        case .range(let first, let last):
            let count = Value.rangeCount(first, last)
            try meter.charge(count.multipliedReportingOverflow(by: 16).overflow ? .max : count * 16)
            return count == 0 ? [] : (first...last).map(Value.integer)
        case .list(let list):
            try meter.charge(list.count * 16)
            var flat: [Value] = []
            flat.reserveCapacity(list.count)
            try flatten(list, into: &flat, depth: 0)
            return flat
        default: return [value]
        }
    }

    private mutating func flatten(_ list: ListValue, into flat: inout [Value], depth: Int) throws(Fault) {
        guard depth < 200 else { throw Fault(.nestingTooDeep, "The list is nested too deep.") }
        for index in 0..<list.count {
            let item = list[index]
            if case .list(let inner) = item {
                try meter.charge(inner.count * 16)
                try flatten(inner, into: &flat, depth: depth + 1)
            } else {
                try meter.step(item.weight)
                flat.append(item)
            }
        }
    }

    /// Chooses items by a property's value, or by its being true.
    ///
    /// As soon as an item cannot be
    /// looked into, the answer is nil.
    private mutating func choose(_ filter: Filter, from items: [Value], _ arguments: FilterArguments) throws(Fault) -> Value {
        if items.isEmpty { return filter == .has ? .bool(false) : filter == .where || filter == .reject ? .list([]) : .null }
        let target = arguments[1]
        var chosen: [Value] = []
        for (index, item) in items.enumerated() {
            try meter.step(1 + item.weight)
            guard let property = try item.selecting(arguments[0], dialect: dialect) else { return .null }
            let matches = try target.isNull ? property.isTruthy : areEqual(property, target)
            switch filter {
            case .has where matches: return .bool(true)
            case .find where matches: return item
            case .find_index where matches: return .integer(index)
            case .where where matches, .reject where !matches: chosen.append(item)
            default: break
            }
        }
        switch filter {
        case .has: return .bool(false)
        case .find, .find_index: return .null
        default: return .list(chosen)
        }
    }

    private mutating func map(_ items: [Value], _ property: Value) throws(Fault) -> Value {
        var result: [Value] = []
        for item in items {
            try meter.step(1 + item.weight)
            result.append(try item.selecting(property, dialect: dialect) ?? .null)
        }
        return .list(result)
    }

    private mutating func compact(_ items: [Value], _ property: Value) throws(Fault) -> Value {
        guard !property.isNull else { return .list(items.filter { !$0.isNull }) }
        var result: [Value] = []
        for item in items {
            try meter.step(1 + item.weight)
            guard let value = try item.selecting(property, dialect: dialect) else { return .null }
            if !value.isNull { result.append(item) }
        }
        return .list(result)
    }

    private mutating func unique(_ items: [Value], _ property: Value) throws(Fault) -> Value {
        // One item is the same as no other, so that its property is not asked for.
        guard items.count > 1 else { return .list(items) }
        var seen: Set<String> = []
        var result: [Value] = []
        for item in items {
            try meter.step(1 + item.weight)
            guard let value = property.isNull ? item : try item.selecting(property, dialect: dialect) else { return .null }
            let key = value.identityKey
            try meter.charge(key.utf8.count)
            if seen.insert(key).inserted { result.append(item) }
        }
        return .list(result)
    }

    private mutating func sum(_ items: [Value], _ property: Value) throws(Fault) -> Value {
        var total = NumberValue.small(0)
        for item in items {
            try meter.step(1 + item.weight)
            let value = property.isNull ? item : try item.selecting(property, dialect: dialect) ?? .integer(0)
            for part in try self.items(of: value) {
                try meter.step(1 + part.weight)
                total = try total.apply(.plus, NumberValue(part))
            }
        }
        return total.value
    }
}
