import Foundation
import Postgres

/// The machine's own limit for an import: COPY of the same file into one table with one unique index.
struct BareCopy {
    var database: PostgresPool
    var path: String
    var rows: Int

    func rowsPerSecond() async throws -> Double {
        guard let file = FileManager.default.contents(atPath: path) else { throw BenchmarkFailure("\(path) is gone") }
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
            var offset = 0
            try await connection.copyIn(
                "COPY public.bare_copy (email, status, verified, tags, first_name, city, plan) FROM STDIN (FORMAT csv, HEADER)"
            ) {
                guard offset < file.count else { return nil }
                let end = min(offset + 262_144, file.count)
                defer { offset = end }
                return Array(file[offset..<end])
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            try await connection.script("DROP TABLE public.bare_copy")
            return Double(rows) / seconds
        }
    }
}
