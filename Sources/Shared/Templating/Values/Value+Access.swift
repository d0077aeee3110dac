import JSON

extension Value {
    /// How many steps reading all of it counts as, for the clock to be looked at often enough.
    ///
    /// How much hides in a list or an object is not known before all of it was read, so that each is a reason to look.
    var weight: Int {
        switch self {
        case .string(let text), .markup(let text): text.utf8.count >> 10
        case .big(let value): value.limbs.count
        case .list, .object: RenderMeter.stepsPerCheck
        default: 0
        }
    }

    /// How many characters, items or members, or the bytes of an integer; nil for what has no size.
    var size: Value? {
        switch self {
        case .string(let text), .markup(let text): .integer(text.unicodeScalars.count)
        case .list(let list): .integer(list.count)
        case .object(let object): .integer(object.count)
        case .range(let first, let last): .integer(Value.rangeCount(first, last))
        case .integer: .integer(8)
        case .big(let value): .integer(max(8, value.byteCount))
        default: nil
        }
    }

    static func rangeCount(_ first: Int, _ last: Int) -> Int {
        guard first <= last else { return 0 }
        let (distance, overflow) = last.subtractingReportingOverflow(first)
        return overflow || distance == .max ? .max : distance + 1
    }

    var first: Value? {
        switch self {
        case .list(let list): list.item(at: 0) ?? .null
        case .string(let text): .string(text.unicodeScalars.first.map { String($0) } ?? "")
        case .markup(let text): .markup(text.unicodeScalars.first.map { String($0) } ?? "")
        case .object(let object): object.members.first.map { .list([.string($0.key), Value($0.value)]) } ?? .null
        case .range(let first, _): .integer(first)
        default: nil
        }
    }

    var last: Value? {
        switch self {
        case .list(let list): list.item(at: -1) ?? .null
        case .string(let text): .string(text.unicodeScalars.last.map { String($0) } ?? "")
        case .markup(let text): .markup(text.unicodeScalars.last.map { String($0) } ?? "")
        case .range(_, let last): .integer(last)
        default: nil
        }
    }

    /// The value as an integer, where text must be one entirely.
    func strictInteger() throws(Fault) -> Int {
        if case .integer(let value) = self { return value }
        if case .big(let value) = self { return value.isNegative ? -(1 << 62) : 1 << 62 }
        let trimmed = text.utf8.drop(while: \.isSpace)
        let end = trimmed.lastIndex { !$0.isSpace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        var digits = String(decoding: trimmed[..<end], as: UTF8.self)
        let isSeparated = digits.utf8.first != UInt8(ascii: "_") && digits.utf8.last != UInt8(ascii: "_")
        if isSeparated { digits = digits.replacing("_", with: "") }
        guard let value = Int(digits) else { throw Fault(.value, "«\(String(text.prefix(40)))» is not an integer.") }
        return value
    }

    /// What `item[property]` means to the filters that look into items.
    ///
    /// - Returns: nil when the item cannot be looked into at all.
    /// - Throws: when it can, but not by such a property.
    func selecting(_ property: Value, dialect: TemplateDialect) throws(Fault) -> Value? {
        switch self {
        case .object(let object): return property.stringValue.flatMap { object[$0] }.map(Value.init) ?? .null
        case .loop(let state): return property.stringValue.flatMap { state.property($0, dialect: dialect) } ?? .null
        case .list(let list):
            if let index = property.index { return list.item(at: index) ?? .null }
        case .string(let text), .markup(let text):
            if let part = property.stringValue { return TextSearch.first(of: part, in: text) != nil ? .string(part) : .null }
            if let index = property.index { return Value.character(of: text, at: index) }
        case .integer(let value):
            if let bit = property.index { return .integer(bit < 0 ? 0 : bit > 63 ? (value < 0 ? 1 : 0) : value >> bit & 1) }
        case .big(let value):
            if let bit = property.index { return .integer(value.bit(at: bit)) }
        default: return nil
        }
        throw Fault(.value, "The property «\(String(property.text.prefix(40)))» cannot be selected.")
    }

    private var index: Int? {
        switch self {
        case .integer(let value): value
        case .float(let value): value.magnitude < 1e15 ? Int(value) : nil
        default: nil
        }
    }

    private static func character(of text: String, at index: Int) -> Value {
        let scalars = Array(text.unicodeScalars)
        let position = index < 0 ? scalars.count &+ index : index
        return scalars.indices.contains(position) ? .string(String(scalars[position])) : .null
    }
}
