import CLibPQ
import Synchronization

/// What the server knows of a statement before it runs.
package struct StatementDescription: Sendable, Equatable {
    package struct Column: Sendable, Equatable {
        package let name: String
        package let type: PostgresType
    }

    package let parameterTypes: [PostgresType]
    package let columns: [Column]
}

extension PostgresConnection {
    /// Prepares a statement, under no name, and says what the server makes of it.
    package func describe<S: Statement>(_ statement: S) async throws -> StatementDescription {
        let item = try BatchItem(statement)
        let results = try await session.results { (state, handle) throws(PostgresError) in
            try state.enterPipeline(handle)
            try state.check(PQsendPrepare(handle, "", item.text.text, CInt(item.text.types.count), item.text.types) == 1, handle)
            try state.check(PQsendDescribePrepared(handle, "") == 1, handle)
            try state.check(PQpipelineSync(handle) == 1, handle)
            return 1
        }
        for result in results { if let error = result.error { throw error.inStatement(item.text.typeName) } }
        guard let result = results.last else { throw PostgresError.lost("the server gave no description") }
        return result.withPointer(StatementDescription.init)
    }
}

extension StatementDescription {
    fileprivate init(_ pointer: OpaquePointer) {
        self.init(
            parameterTypes: (0..<PQnparams(pointer)).map { PostgresType(rawValue: PQparamtype(pointer, $0)) },
            columns: (0..<PQnfields(pointer)).map { index in
                Column(
                    name: PQfname(pointer, index).map { String(cString: $0) } ?? "",
                    type: PostgresType(rawValue: PQftype(pointer, index))
                )
            }
        )
    }
}
