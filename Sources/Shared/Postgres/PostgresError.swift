import CLibPQ

/// A failure of the server or the connection, by SQLSTATE.
///
/// Never holds parameter values.
package struct PostgresError: Error, Sendable {
    /// Five characters of the server's (PostgreSQL, appendix A); nil for what did not come from the server.
    package var sqlState: String?
    package var constraint: String?
    /// The type name of the statement.
    package var statement: String?
    package var message: String
    /// The connection was lost or could not be made: the API answers 503.
    package var isUnavailable: Bool
    /// The server certainly did not carry out the statement, and a repetition can succeed.
    package var isSafeToRetry: Bool

    package init(
        sqlState: String? = nil,
        constraint: String? = nil,
        statement: String? = nil,
        message: String,
        isUnavailable: Bool = false,
        isSafeToRetry: Bool = false
    ) {
        self.sqlState = sqlState
        self.constraint = constraint
        self.statement = statement
        self.message = message
        self.isUnavailable = isUnavailable
        self.isSafeToRetry = isSafeToRetry
    }

    /// State 23505, of this constraint when one is named.
    package func isUniqueViolation(of constraint: String? = nil) -> Bool { violates("23505", constraint) }
    /// State 23503, of this constraint when one is named.
    package func isForeignKeyViolation(of constraint: String? = nil) -> Bool { violates("23503", constraint) }
    /// State 23514, of this constraint when one is named.
    package func isCheckViolation(of constraint: String? = nil) -> Bool { violates("23514", constraint) }

    private func violates(_ state: String, _ name: String?) -> Bool { sqlState == state && (name == nil || name == constraint) }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        var text = sqlState ?? "Postgres"
        if let statement { text += " in \(statement)" }
        if let constraint { text += " (\(constraint))" }
        return "\(text): \(message)"
    }
}

extension PostgresError {
    /// The states that say that the server is going, coming or full (57P0x, 53300, class 08).
    private static let unavailable: Set<String> = ["57P01", "57P02", "57P03", "57P05", "53300", "25P03"]
    /// Nothing was done and nothing is wrong with the statement: it lost against others, or the server left before it.
    private static let retryable: Set<String> = ["40001", "40P01", "57P01", "57P02", "57P03", "53300"]

    /// The failure that a result reports.
    ///
    /// Only the primary message is kept: the detail quotes rows. Of data exceptions (class 22) the quoted value is cut off.
    init(result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, CInt(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        let state = field("C")
        var message = field("M") ?? "the connection was lost"
        if state?.hasPrefix("22") == true, let quote = message.firstIndex(of: "\"") {
            message = String(message[..<quote]) + "…"
        }
        let isLost = state.map { Self.unavailable.contains($0) || $0.hasPrefix("08") } ?? true
        self.init(
            sqlState: state,
            constraint: field("n"),
            message: message,
            isUnavailable: isLost,
            isSafeToRetry: state.map(Self.retryable.contains) ?? false
        )
    }

    /// The connection is gone.
    ///
    /// `isSafeToRetry` only when nothing was sent.
    static func lost(_ reason: String, isSafeToRetry: Bool = false) -> PostgresError {
        PostgresError(message: reason, isUnavailable: true, isSafeToRetry: isSafeToRetry)
    }

    func inStatement(_ name: String?) -> PostgresError {
        var error = self
        if error.statement == nil { error.statement = name }
        return error
    }
}
