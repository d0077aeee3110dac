import CLibPQ
import Synchronization

extension PostgresConnection {
    /// Text-format COPY FROM STDIN.
    ///
    /// Returns the number of rows.
    ///
    /// `nextChunk` returns nil at the end; lines are made with ``CopyTextWriter``, and a chunk may end anywhere. It is asked for the next chunk
    /// when the last one is with the kernel, so that a slow server slows the source. When it throws nothing is copied.
    @discardableResult
    package func copyIn(_ sql: SQL, nextChunk: () async throws -> [UInt8]?) async throws -> Int {
        StatementObserver.current?("COPY")
        try await beginCopy(sql, PGRES_COPY_IN)
        do {
            while let chunk = try await nextChunk() { try await put(chunk) }
        } catch {
            _ = try? await endCopyIn(failure: "the source failed")
            throw error
        }
        let results = try await endCopyIn(failure: nil)
        return results.last?.affectedRows ?? 0
    }

    /// COPY TO STDOUT, row by row as the server sends them.
    ///
    /// When `chunk` throws the connection is given up; the server's remaining rows are not read.
    package func copyOut(_ sql: SQL, chunk: (ArraySlice<UInt8>) async throws -> Void) async throws {
        try await beginCopy(sql, PGRES_COPY_OUT)
        do {
            while case .copyData(let bytes?) = try await session.perform(.copyData, { (_, _) throws(PostgresError) in 0 }) {
                try await chunk(bytes[...])
            }
        } catch {
            session.close()
            throw error
        }
        let results = try await session.results { (_, _) throws(PostgresError) in 0 }
        for result in results { if let error = result.error { throw error } }
    }

    private func beginCopy(_ sql: SQL, _ expected: ExecStatusType) async throws {
        guard sql.bindings.count == 0 else { throw PostgresError(message: "COPY takes no parameters") }
        let results = try await simple(sql.text)
        guard results.last?.status == expected else {
            session.close()
            throw PostgresError(message: "the statement is no COPY in this direction")
        }
    }

    private func put(_ chunk: [UInt8]) async throws {
        // libpq would buffer without a limit: each piece is flushed before the next.
        for start in stride(from: 0, to: chunk.count, by: 1 << 20) {
            let piece = chunk[start..<min(chunk.count, start + 1 << 20)]
            _ = try await session.perform(.flushed) { (state, handle) throws(PostgresError) in
                let isTaken = piece.withUnsafeBytes { bytes in
                    PQputCopyData(handle, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(bytes.count)) == 1
                }
                try state.check(isTaken, handle)
                return 0
            }
        }
    }

    private func endCopyIn(failure: String?) async throws -> [PostgresResult] {
        let results = try await session.results(isShielded: failure != nil) { (state, handle) throws(PostgresError) in
            try state.check(PQputCopyEnd(handle, failure) == 1, handle)
            state.isCopying = false
            return 0
        }
        for result in results { if let error = result.error { throw error } }
        return results
    }
}
