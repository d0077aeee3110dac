import Foundation

/// One measured number with its target, and the machine's own limit of the same run.
struct Figure: Sendable, Codable {
    struct Limit: Sendable, Codable {
        var name: String
        var value: Double
        var unit: String
    }

    /// Whether more or less is better.
    enum Goal: Sendable, Codable {
        case atLeast(Double)
        case atMost(Double)
        /// Shown beside the others.
        case none
    }

    var work: String
    var goal: Goal
    var value: Double
    var unit: String
    var limit: Limit?
    var detail = ""
    var command: String

    /// Throughput: our part of the limit; time and memory: how often the limit's.
    var ratio: Double? { limit.map { $0.value > 0 ? value / $0.value : 0 } }

    var isMet: Bool {
        switch goal {
        case .atLeast(let target): value >= target
        case .atMost(let target): value <= target
        case .none: true
        }
    }

    var target: String {
        switch goal {
        case .atLeast(let target): "≥ \(Self.text(target)) \(unit)"
        case .atMost(let target): "≤ \(Self.text(target)) \(unit)"
        case .none: "–"
        }
    }

    var line: String {
        var text = "\(work): \(Self.text(value)) \(unit)"
        if case .none = goal {} else { text += " (target \(target): \(isMet ? "met" : "MISSED"))" }
        if let limit, let ratio { text += "; \(limit.name) \(Self.text(limit.value)) \(limit.unit), ratio \(Self.text(ratio))" }
        return detail.isEmpty ? text : text + "\n    " + detail
    }

    static func json(_ figures: [Figure]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(figures), as: UTF8.self)
    }

    static func markdown(_ figures: [Figure]) -> String {
        let rows = figures.map { figure in
            let limit = figure.limit.map { "\($0.name): \(text($0.value)) \($0.unit)" } ?? "–"
            return
                "| \(figure.work) | \(figure.target) | \(text(figure.value)) \(figure.unit)\(figure.isMet ? "" : " **missed**") | \(limit) | "
                + "\(figure.ratio.map(text) ?? "–") | `\(figure.command)` |"
        }
        return (["| Work | Target | Measured | Machine's limit | Ratio | Command |", "|---|---|---|---|---|---|"] + rows).joined(
            separator: "\n"
        )
    }

    /// Three digits that matter, thousands parted.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        guard value >= 100 else { return String(format: value >= 10 ? "%.1f" : "%.2f", value) }
        var digits = String(Int(value.rounded()))
        var parts: [String] = []
        while digits.count > 3 {
            parts.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return ([digits] + parts).joined(separator: ",")
    }
}
