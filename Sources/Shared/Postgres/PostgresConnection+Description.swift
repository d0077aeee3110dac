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
    /// Prepares statements, under no name, and says what the server makes of each: one round trip, in which the first error ends the rest.
    package func describe(_ statements: [any Statement]) async throws -> [StatementDescription] {
        func item<S: Statement>(_ statement: S) throws -> BatchItem { try BatchItem(statement) }
        let items = try statements.map { try item($0) }
        let results = try await session.results { (state, handle) throws(PostgresError) in
            try state.enterPipeline(handle)
            for item in items {
                try state.check(PQsendPrepare(handle, "", item.text.text, CInt(item.text.types.count), item.text.types) == 1, handle)
                try state.check(PQsendDescribePrepared(handle, "") == 1, handle)
            }
            try state.check(PQpipelineSync(handle) == 1, handle)
            return 1
        }
        // Two results a statement: what preparing said, then the description.
        for (index, result) in results.enumerated() where index / 2 < items.count {
            if let error = result.error { throw error.inStatement(items[index / 2].text.typeName) }
        }
        guard results.count == 2 * items.count else { throw PostgresError.lost("the server gave too few descriptions") }
        return items.indices.map { results[2 * $0 + 1].withPointer(StatementDescription.init) }
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
