extension ExpressionParser {
    /// Comparisons joined by `and` and `or`, up to the end.
    mutating func condition() throws(Fault) -> Condition {
        var comparisons = [try comparison()]
        while true {
            let isOr = take(word: "or")
            guard isOr || take(word: "and") else { break }
            comparisons[comparisons.count - 1].isFollowedByOr = isOr
            comparisons.append(try comparison())
        }
        try needEnd()
        return Condition(comparisons: comparisons)
    }

    private mutating func comparison() throws(Fault) -> Condition.Comparison {
        var isNegated = false
        let start = offset
        while dialect == .standard, looks(at: .identifier), current.text == "not", startsValue(ahead: 1) {
            _ = take(.identifier)
            isNegated.toggle()
        }
        let left = try expression()
        var comparison = Condition.Comparison(isNegated: isNegated, left: left, right: nil, offset: start)
        if let token = take(.comparison) {
            guard let comparator = Condition.Comparator(rawValue: token.text) else { throw unexpected("a comparison was expected") }
            comparison.right = (comparator, try expression())
        }
        return comparison
    }

    /// Whether a value can begin at a token: so that a variable may be called `not`.
    private func startsValue(ahead: Int) -> Bool {
        looks(at: .identifier, ahead: ahead) || looks(at: .string, ahead: ahead) || looks(at: .number, ahead: ahead)
            || looks(at: .openRound, ahead: ahead)
    }
}
