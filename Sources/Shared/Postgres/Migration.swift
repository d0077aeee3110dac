/// A forward-only migration.
///
/// `name` is `v0001_create_contacts`.
package struct Migration: Sendable {
    package var name: String
    package var sql: String

    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    /// From `.embedInCode` resources.
    package init(name: String, sql: [UInt8]) { self.init(name: name, sql: String(decoding: sql, as: UTF8.self)) }

    /// 64-bit FNV-1a of the text, in hexadecimal: it notices edits, it is no protection against forgery.
    package var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Why a schema is not the one that this program was made for.
package enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    case invalidName(String)
    case notMigrated(schema: String, missing: [String])
    case newer(schema: String, unknown: [String])
    case changed(schema: String, name: String)

    package var description: String {
        switch self {
        case .invalidName(let name): "\(name) cannot name a schema, role or migration"
        case .notMigrated(let schema, let missing): "schema \(schema) lacks \(missing.joined(separator: ", ")): run datamailer migrate"
        case .newer(let schema, let unknown): "schema \(schema) is newer than this program: \(unknown.joined(separator: ", "))"
        case .changed(let schema, let name): "migration \(name) of schema \(schema) was changed after it had been applied"
        }
    }
}
