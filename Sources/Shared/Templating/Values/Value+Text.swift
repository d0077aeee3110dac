import JSON

extension Value {
    /// The text of a value, as filters see it: of a list and an object how they would be written in a program.
    var text: String {
        switch self {
        case .null, .empty, .blank: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .big(let value): value.description
        case .float(let value): FloatText.text(value)
        case .string(let text), .markup(let text): text
        case .list, .object: inspected(depth: 0)
        case .range(let first, let last): "\(first)..\(last)"
        case .loop(let state): state.name == nil ? "Liquid::TablerowloopDrop" : "Liquid::ForloopDrop"
        }
    }

    /// The text of a value within a list or an object.
    private func inspected(depth: Int) -> String {
        guard depth < 100 else { return "..." }
        switch self {
        case .null: return "nil"
        case .string(let text), .markup(let text): return Value.quoted(text)
        case .list(let list):
            var parts: [String] = []
            for index in 0..<list.count { parts.append(list[index].inspected(depth: depth + 1)) }
            return "[" + parts.joined(separator: ", ") + "]"
        case .object(let object):
            let parts = object.members.map { Value.quoted($0.key) + "=>" + Value($0.value).inspected(depth: depth + 1) }
            return "{" + parts.joined(separator: ", ") + "}"
        default: return text
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{1B}": result += "\\e"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Floats as Ruby writes them: the shortest digits, always with a fraction.
///
/// An exponent stands below 1e-4, and from 1e15 on where the digits would need zeros to reach the point.
enum FloatText {
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
        guard value != 0 else { return value.sign == .minus ? "-0.0" : "0.0" }
        let magnitude = abs(value)
        let plain = value.description
        if magnitude >= 1e-4, magnitude < 1e15, !plain.utf8.contains(UInt8(ascii: "e")) { return plain }
        let (digits, exponent) = decomposed(magnitude.description)
        return (value < 0 ? "-" : "") + assembled(digits, exponent)
    }

    /// Significant digits d1d2… and the exponent e of d1.d2… × 10^e.
    private static func decomposed(_ text: String) -> (digits: [UInt8], exponent: Int) {
        let parts = text.split(separator: "e")
        let mantissa = parts.first.map { Array($0.utf8) } ?? []
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.count
        var digits = mantissa.filter(\.isDigit)
        exponent += point - 1
        while digits.count > 1, digits.first == UInt8(ascii: "0") {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, exponent)
    }

    private static func assembled(_ digits: [UInt8], _ exponent: Int) -> String {
        func string(_ bytes: some Collection<UInt8>) -> String { bytes.isEmpty ? "0" : String(decoding: bytes, as: UTF8.self) }
        if exponent < -4 || (exponent >= 15 && digits.count <= exponent + 1) {
            let shown = abs(exponent) < 10 ? "0\(abs(exponent))" : "\(abs(exponent))"
            return string(digits.prefix(1)) + "." + string(digits.dropFirst()) + "e" + (exponent < 0 ? "-" : "+") + shown
        }
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + string(digits) }
        let whole = digits.prefix(exponent + 1)
        return string(whole) + String(repeating: "0", count: exponent + 1 - whole.count) + "." + string(digits.dropFirst(exponent + 1))
    }
}
