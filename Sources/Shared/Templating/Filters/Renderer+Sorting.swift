extension Renderer {
    typealias Ordering = (Value, Value) throws(Fault) -> Int

    /// Sorts by the items or by a property of them; items that cannot be looked into make the answer nil.
    mutating func sorted(_ items: [Value], by property: Value, _ ordering: Ordering) throws(Fault) -> Value {
        guard !items.isEmpty else { return .list([]) }
        if property.isNull { return .list(try mergeSorted(items.map { ($0, $0) }, ordering)) }
        guard items.allSatisfy(\.isSelectable) else { return .null }
        // One item is compared with nothing, so that its property is not asked for.
        guard items.count > 1 else { return .list(items) }
        var keyed: [(key: Value, item: Value)] = []
        for item in items { keyed.append((try item.selecting(property, dialect: dialect) ?? .null, item)) }
        return .list(try mergeSorted(keyed, ordering))
    }

    /// A stable merge sort, because the standard library's does not let a typed error through.
    private mutating func mergeSorted(_ pairs: [(key: Value, item: Value)], _ ordering: Ordering) throws(Fault) -> [Value] {
        var current = pairs
        var width = 1
        while width < current.count {
            var merged: [(key: Value, item: Value)] = []
            merged.reserveCapacity(current.count)
            var start = 0
            while start < current.count {
                var left = start
                let middle = min(start + width, current.count)
                var right = middle
                let end = min(middle + width, current.count)
                while left < middle || right < end {
                    try meter.step()
                    var takesLeft = right == end
                    if !takesLeft, left < middle {
                        try meter.step(current[left].key.weight + current[right].key.weight)
                        takesLeft = try ordering(current[left].key, current[right].key) <= 0
                    }
                    merged.append(takesLeft ? current[left] : current[right])
                    if takesLeft { left += 1 } else { right += 1 }
                }
                start = end
            }
            current = merged
            width *= 2
        }
        return current.map(\.item)
    }

    /// nil behind everything; values that have no order are an error.
    static func nilSafeOrder(_ left: Value, _ right: Value) throws(Fault) -> Int {
        if let order = left.order(right) { return order }
        if left.isNull { return 1 }
        if right.isNull { return -1 }
        throw Fault(.value, "The list holds values that cannot be compared with each other.")
    }

    /// By the text without regard to the case of ASCII letters; nil behind everything.
    static func naturalOrder(_ left: Value, _ right: Value) -> Int {
        if left.isNull || right.isNull { return left.isNull ? (right.isNull ? 0 : 1) : -1 }
        let left = left.text.utf8.lazy.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let right = right.text.utf8.lazy.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        if left.lexicographicallyPrecedes(right) { return -1 }
        return left.elementsEqual(right) ? 0 : 1
    }
}

extension Value {
    /// Whether a property of it can be asked for.
    fileprivate var isSelectable: Bool {
        switch self {
        case .object, .list, .string, .markup, .integer, .big, .loop: true
        default: false
        }
    }
}
