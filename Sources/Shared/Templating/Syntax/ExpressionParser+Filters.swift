extension ExpressionParser {
    /// A value and its filters, up to the end.
    mutating func filtered() throws(Fault) -> FilteredExpression {
        let base = try expression()
        var filters: [FilterCall] = []
        while take(.pipe) != nil { filters.append(try filterCall()) }
        try needEnd()
        return FilteredExpression(base: base, filters: filters)
    }

    private mutating func filterCall() throws(Fault) -> FilterCall {
        countNode()
        let name = try need(.identifier, "the name of a filter")
        let offset = name.range.lowerBound
        guard let filter = Filter(rawValue: name.text), dialect == .standard || !filter.isDjango else {
            throw Fault(.unknownFilter, "There is no filter «\(name.text)».", at: offset)
        }
        var call = FilterCall(filter: filter, arguments: [], allowFalse: nil, offset: offset)
        var named = 0
        if take(.colon) != nil {
            repeat {
                if looks(at: .pipe) || isAtEnd { break }
                if try argument(of: &call) { named += 1 }
            } while take(.comma) != nil
        }
        try check(call, named: named)
        return call
    }

    /// Reads one argument and says whether it had a name.
    private mutating func argument(of call: inout FilterCall) throws(Fault) -> Bool {
        guard looks(at: .identifier), looks(at: .colon, ahead: 1), let name = take(.identifier) else {
            call.arguments.append(try expression())
            return false
        }
        _ = take(.colon)
        let value = try expression()
        if call.filter == .default, name.text == "allow_false" { call.allowFalse = value }
        return true
    }

    private func check(_ call: FilterCall, named: Int) throws(Fault) {
        if named > 0, call.filter != .default {
            throw Fault(.arguments, "The filter «\(call.filter.rawValue)» takes no argument with a name.", at: call.offset)
        }
        let allowed = call.filter.arity
        let given = call.arguments.count
        guard !allowed.contains(given) else { return }
        let expected = allowed.lowerBound == allowed.upperBound ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
        throw Fault(.arguments, "The filter «\(call.filter.rawValue)» takes \(expected) arguments, not \(given).", at: call.offset)
    }
}
