/// A JSON number by its text, so that `1.0`, `1e2` and 2^53 + 1 leave as they came.
package struct JSONNumber: Hashable, Sendable {
    /// The number exactly as RFC 8259 section 6 wrote it.
    package let text: String

    /// - Parameter text: must be a valid JSON number; the parser guarantees it.
    package init(text: String) { self.text = text }
    package init(_ value: Int) { text = String(value) }
    package init(_ value: Int64) { text = String(value) }
    /// NaN and infinities have no JSON form and become 0.
    package init(_ value: Double) { text = value.isFinite ? String(value) : "0" }

    /// The value when it is written as an integer (no fraction, no exponent) within 64 bits.
    package var int64: Int64? { Int64(text) }
    package var double: Double { Double(text) ?? 0 }
}
