import CLibPQ
import Glibc

/// Owns one `PGresult`.
///
/// Unchecked because of the pointer: libpq never changes a result after handing it out, and it is freed once, here.
final class PostgresResult: @unchecked Sendable {
    private let pointer: OpaquePointer
    let status: ExecStatusType
    let rowCount: Int
    /// Names of the columns, borrowed from the result; empty when there are no rows to read.
    private let columns: [(start: UnsafePointer<CChar>, length: Int)]

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        status = PQresultStatus(pointer)
        rowCount = Int(PQntuples(pointer))
        guard rowCount > 0 else {
            columns = []
            return
        }
        columns = (0..<PQnfields(pointer)).compactMap { index in
            PQfname(pointer, index).map { (UnsafePointer($0), strlen($0)) }
        }
    }

    deinit { PQclear(pointer) }

    /// Lends the result; it is not freed before the body is through, which an optimiser is free to do after the last use of `self`.
    func withPointer<Value>(_ body: (OpaquePointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) { try body(pointer) }
    }

    var error: PostgresError? {
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE else { return nil }
        return withPointer { PostgresError(result: $0) }
    }

    /// Rows that the statement affected, or returned.
    var affectedRows: Int {
        withPointer { pointer in
            guard let text = PQcmdTuples(pointer), text.pointee != 0 else { return rowCount }
            return Int(strtoll(text, nil, 10))
        }
    }

    /// What the server says it did: `COMMIT`, `INSERT 0 1`.
    var commandTag: String { withPointer { PQcmdStatus($0).map { String(cString: $0) } ?? "" } }

    func column(named name: StaticString) -> CInt? {
        withExtendedLifetime(self) {
            let length = name.utf8CodeUnitCount
            for (index, column) in columns.enumerated() where column.length == length && memcmp(column.start, name.utf8Start, length) == 0 {
                return CInt(index)
            }
            return nil
        }
    }

    /// A value of a result in text format; nil is NULL.
    func text(row: Int, column: Int) -> String? {
        withPointer { pointer in
            guard PQgetisnull(pointer, CInt(row), CInt(column)) == 0 else { return nil }
            return PQgetvalue(pointer, CInt(row), CInt(column)).map { String(cString: $0) }
        }
    }
}
