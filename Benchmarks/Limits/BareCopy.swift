import Foundation
import Postgres

/// The machine's own limit for an import: COPY of the same file into one table with one unique index.
struct BareCopy {
    var database: PostgresPool
    var path: String
    var rows: Int

    func rowsPerSecond() async throws -> Double {
        guard let file = FileHandle(forReadingAtPath: path) else { throw BenchmarkFailure("\(path) is gone") }
        defer { try? file.close() }
        return try await database.withConnection { connection in
            try await connection.script(
                """
                DROP TABLE IF EXISTS public.bare_copy;
                CREATE TABLE public.bare_copy (
                    id bigint GENERATED ALWAYS AS IDENTITY, email text COLLATE "C" PRIMARY KEY, status text, verified boolean, tags text,
                    first_name text, city text, plan text
                )
                """
            )
            let start = ContinuousClock.now
            try await connection.copyIn(
                "COPY public.bare_copy (email, status, verified, tags, first_name, city, plan) FROM STDIN (FORMAT csv, HEADER)"
            ) {
                guard let chunk = try file.read(upToCount: 262_144), !chunk.isEmpty else { return nil }
                return Array(chunk)
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            try await connection.script("DROP TABLE public.bare_copy")
            return Double(rows) / seconds
        }
    }
}
