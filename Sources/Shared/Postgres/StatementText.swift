import Glibc
import Synchronization

/// What does not change between runs of a statement type: its SQL, its name at the server, the types of its parameters.
///
/// Unchecked because of the C strings, which are written once, before anybody else sees them.
final class StatementText: @unchecked Sendable {
    let typeName: String
    let pieces: [SQL.Piece]
    let types: [UInt32]
    /// The name that the statement is prepared under; unique in this process, shorter than the server's 63 bytes.
    let name: UnsafeMutablePointer<CChar>
    let text: UnsafeMutablePointer<CChar>

    init?(typeName: String, number: Int, sql: SQL) {
        guard let name = strdup("\(typeName.utf8.prefix(44).isEmpty ? "statement" : String(typeName.prefix(40)))_\(number)") else {
            return nil
        }
        guard let text = strdup(sql.text) else {
            free(name)
            return nil
        }
        self.typeName = typeName
        self.pieces = sql.pieces
        self.types = sql.bindings.types
        self.name = name
        self.text = text
    }

    deinit {
        free(name)
        free(text)
    }

    func matches(_ sql: SQL) -> Bool { pieces == sql.pieces && sql.bindings.hasTypes(types) }

    private static let known = Mutex<[ObjectIdentifier: StatementText]>([:])

    /// A text for one run.
    static func once(_ type: any Statement.Type, _ sql: SQL) throws(PostgresError) -> StatementText {
        guard let text = StatementText(typeName: String(describing: type), number: 0, sql: sql) else {
            throw PostgresError(message: "out of memory")
        }
        return text
    }

    /// The one text of a type, built at its first run.
    static func of(_ type: any Statement.Type, _ sql: SQL) throws(PostgresError) -> StatementText {
        let known = known.withLock { known -> StatementText? in
            if let text = known[ObjectIdentifier(type)] { return text }
            let text = StatementText(typeName: String(describing: type), number: known.count + 1, sql: sql)
            known[ObjectIdentifier(type)] = text
            return text
        }
        guard let known else { throw PostgresError(message: "out of memory") }
        return known
    }
}
