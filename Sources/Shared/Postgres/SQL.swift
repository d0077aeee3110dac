/// SQL whose interpolations become `$1`, `$2`…; `\(unescaped:)` is the only way to put text in.
///
/// Bindable: String, Bool, Int16, Int32, Int64, Int, Double, Timestamp, JSONValue (jsonb), RawJSONText (jsonb), Bytea, UUID, Identifier,
/// arrays of these, enumerations with such a raw value, and optionals of all. A nil is a NULL of the value's type.
package struct SQL: ExpressibleByStringInterpolation, Sendable {
    /// What the text is put together from; compared rather than concatenated when a statement runs again.
    enum Piece: Sendable, Equatable {
        case literal(String)
        case parameter

        static func == (lhs: Piece, rhs: Piece) -> Bool {
            switch (lhs, rhs) {
            case (.literal(let left), .literal(let right)): left == right
            case (.parameter, .parameter): true
            default: false
            }
        }
    }

    let pieces: [Piece]
    let bindings: PostgresBindings

    package init(stringLiteral value: String) {
        pieces = [.literal(value)]
        bindings = PostgresBindings()
    }

    package init(stringInterpolation: Interpolation) {
        pieces = stringInterpolation.pieces
        bindings = stringInterpolation.bindings
    }

    /// The text with numbered parameters, as the server sees it.
    package var text: String {
        var text = ""
        var number = 0
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .parameter:
                number += 1
                text += "$\(number)"
            }
        }
        return text
    }
}

extension SQL {
    package struct Interpolation: StringInterpolationProtocol {
        var pieces: [Piece] = []
        var bindings = PostgresBindings()

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
            bindings.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.literal(literal)) }
        }

        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
            pieces.append(.parameter)
            bindings.append(value)
        }

        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            pieces.append(.parameter)
            if let value { bindings.append(value) } else { bindings.appendNull(Value.postgresType) }
        }

        /// Puts another piece of SQL in, with its parameters; only in statements whose text may vary.
        package mutating func appendInterpolation(fragment: SQL) {
            pieces += fragment.pieces
            bindings.append(contentsOf: fragment.bindings)
        }

        package mutating func appendInterpolation(unescaped text: StaticString) {
            pieces.append(.literal(text.description))
        }
    }
}
