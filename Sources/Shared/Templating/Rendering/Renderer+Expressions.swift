import JSON

extension Renderer {
    mutating func evaluate(_ expression: FilteredExpression) throws(Fault) -> Value {
        var value = try evaluate(expression.base)
        for call in expression.filters {
            try meter.step()
            offset = call.offset
            var arguments: [Value] = []
            for argument in call.arguments { arguments.append(try weighed(try evaluate(argument))) }
            if call.filter == .default {
                let keepsFalse = try call.allowFalse.map { expression throws(Fault) in try evaluate(expression).isTruthy } ?? false
                value = defaulted(value, arguments, keepsFalse: keepsFalse)
            } else {
                value = try apply(call.filter, to: value, FilterArguments(values: arguments))
            }
        }
        return value
    }

    private func defaulted(_ value: Value, _ arguments: [Value], keepsFalse: Bool) -> Value {
        let isMissing = keepsFalse ? value.isNull : !value.isTruthy
        return isMissing || value.isEmptyValue ? arguments.first ?? .string("") : value
    }

    mutating func evaluate(_ expression: Expression) throws(Fault) -> Value {
        switch expression {
        case .literal(let value): return value
        case .empty, .blank: return .string("")
        case .path(let path): return try evaluate(path)
        case .range(let first, let last):
            return .range(try bound(try weighed(try evaluate(first))), try bound(try weighed(try evaluate(last))))
        }
    }

    private func bound(_ value: Value) throws(Fault) -> Int {
        switch value {
        case .integer(let integer): return integer
        case .null: return 0
        case .string(let text), .markup(let text):
            guard case .small(let integer) = try NumberValue.leadingInteger(text) else { throw Fault(.value, "The range is too large.") }
            return integer
        default: return try value.strictInteger()
        }
    }

    // MARK: - Paths

    private mutating func evaluate(_ path: VariablePath) throws(Fault) -> Value {
        let name: String? =
            switch path.root {
            case .name(let name): name
            case .computed(let expression): try evaluate(expression).stringValue
            }
        guard let name, var value = resolve(root: name) else { return try missing(path) }
        for step in path.steps {
            let next: Value? =
                switch step {
                case .property(let name): try propertyOrCommand(name, of: value)
                case .position(let index): position(index, of: value)
                case .key(let expression): try item(try evaluate(expression), of: value)
                }
            guard let next else { return try missing(path) }
            value = next
        }
        return value
    }

    private func missing(_ path: VariablePath) throws(Fault) -> Value {
        guard undefined == .error else { return .null }
        throw Fault(.undefinedVariable, "The variable «\(source.text(path.range))» is not defined.", at: path.range.lowerBound)
    }

    private func resolve(root name: String) -> Value? {
        for scope in scopes.reversed() {
            if scope.variable == name { return scope.value }
            if scope.loopName == name { return .loop(scope.state) }
        }
        if let value = assigned[name] { return value }
        if let value = counters[name] { return value }
        return context.templateValue(root: name).map(Value.init)
    }

    /// The same value, counted as the steps that reading it takes.
    mutating func weighed(_ value: Value) throws(Fault) -> Value {
        try meter.step(value.weight)
        return value
    }

    func property(_ name: String, of value: Value) -> Value? {
        switch value {
        case .object(let object): object[name].map(Value.init)
        case .loop(let state): state.property(name, dialect: dialect)
        default: nil
        }
    }

    private mutating func propertyOrCommand(_ name: String, of value: Value) throws(Fault) -> Value? {
        if let value = property(name, of: value) { return value }
        return try command(name, of: value)
    }

    /// `size`, `first` and `last`, which values answer themselves.
    private mutating func command(_ name: String, of value: Value) throws(Fault) -> Value? {
        switch name {
        case "size":
            if case .string = value { try meter.step(value.weight) }
            return value.size
        case "first": return value.first
        case "last": return value.last
        default: return nil
        }
    }

    private func position(_ index: Int, of value: Value) -> Value? {
        switch value {
        case .list(let list): list.item(at: index)
        default: property(String(index), of: value)
        }
    }

    private func item(_ key: Value, of value: Value) throws(Fault) -> Value? {
        switch (value, key) {
        case (.list(let list), .integer(let index)): list.item(at: index) ?? .null
        case (.object, .integer), (.object, .big): .null
        case (_, .string(let name)), (_, .markup(let name)): property(name, of: value)
        default: nil
        }
    }
}
