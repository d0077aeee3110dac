/// A compiled piece of a template.
indirect enum Node: Sendable {
    /// Bytes of the source.
    case text(Range<Int>)
    case placeholder(Int)
    case output(FilteredExpression, offset: Int)
    case assign(String, FilteredExpression, offset: Int)
    case capture(String, [Node])
    case branches([Branch])
    case cases(CaseNode)
    case loop(LoopNode)
    case table(TableNode)
    case cycle(CycleNode)
    /// `increment` (writes, then adds 1) and `decrement` (subtracts 1, then writes).
    case count(String, by: Int)
    case ifChanged([Node])
    case interrupt(Interrupt)
}

enum Interrupt: Sendable {
    case stopLoop
    case nextRound
}

/// One arm of `if` or `unless`; without a condition it is `else`.
struct Branch: Sendable {
    var condition: Condition?
    var isNegated: Bool
    var body: [Node]
    var offset: Int
}

struct CaseNode: Sendable {
    struct Arm: Sendable {
        /// nil is `else`.
        var values: [Expression]?
        var body: [Node]
        var offset: Int
    }

    var subject: Expression
    var arms: [Arm]
    var offset: Int
}

struct LoopNode: Sendable {
    enum Start: Sendable {
        case expression(Expression)
        /// Where the last loop of this name stopped.
        case continued
    }

    var variable: String
    var collection: Expression
    /// `item-collection`, the key of `offset: continue`.
    var name: String
    var isReversed = false
    var limit: Expression?
    var start: Start?
    var body: [Node] = []
    var otherwise: [Node] = []
    var offset: Int
}

struct TableNode: Sendable {
    var variable: String
    var collection: Expression
    var columns: Expression?
    var limit: Expression?
    var start: Expression?
    var body: [Node] = []
    var offset: Int
}

struct CycleNode: Sendable {
    enum Group: Sendable {
        case named(Expression)
        case anonymous(String)
    }

    var group: Group
    var items: [Expression]
    var offset: Int
}
