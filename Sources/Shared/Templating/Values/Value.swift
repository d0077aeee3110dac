import JSON

/// What an expression gives at render time.
enum Value: Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// An integer beyond 64 bits.
    case big(BigInteger)
    case float(Double)
    case string(String)
    /// Text that is HTML already and is not escaped again. Only `EscapeMode.html` makes it.
    case markup(String)
    case list(ListValue)
    /// Both bounds included; empty when the first is above the last.
    case range(Int, Int)
    case object(JSONObject)
    indirect case loop(LoopState)
    /// The words `empty` and `blank` within a comparison.
    case empty
    case blank

    init(_ json: JSONValue) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let number): self = Value.number(number.text)
        case .string(let text): self = .string(text)
        case .array(let items): self = .list(.json(items))
        case .object(let object): self = .object(object)
        }
    }

    /// The value of number text; one with a fraction or an exponent is a float, one of absurd length too.
    static func number(_ text: String) -> Value {
        if let integer = Int(text) { return .integer(integer) }
        if text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") }) { return .float(Double(text) ?? 0) }
        if let big = BigInteger(digits: text) { return .big(big) }
        return .float(Double(text) ?? 0)
    }

    static func list(_ values: [Value]) -> Value { .list(.values(values)) }

    var isNull: Bool { if case .null = self { true } else { false } }

    /// Everything but nil and false is true.
    var isTruthy: Bool {
        switch self {
        case .null, .bool(false): false
        default: true
        }
    }
}

/// A list from the data, converted item by item when it is read, or one that a filter made.
enum ListValue: Sendable {
    case values([Value])
    case json([JSONValue])

    var count: Int {
        switch self {
        case .values(let values): values.count
        case .json(let values): values.count
        }
    }

    subscript(index: Int) -> Value {
        switch self {
        case .values(let values): values[index]
        case .json(let values): Value(values[index])
        }
    }

    /// The item at an index, from the end when it is negative; nil outside.
    func item(at index: Int) -> Value? {
        let count = count
        let position = index < 0 ? count &+ index : index
        return position >= 0 && position < count ? self[position] : nil
    }

    var values: [Value] {
        switch self {
        case .values(let values): values
        case .json(let values): values.map(Value.init)
        }
    }
}

/// What `forloop` and `tablerowloop` tell.
struct LoopState: Sendable {
    /// nil for a `tablerow`.
    var name: String?
    var length: Int
    var index: Int
    var parent: Value
    /// Columns of a `tablerow`.
    var columns = 0
    var column = 1
    var row = 1
}
