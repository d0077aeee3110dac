import Contracts
import Model
import Postgres

/// Keeps the members of a page of the file.
struct InsertListImportRows: Statement {
    static let sample = Self(jobID: 1, members: [])
    var jobID: Int64
    var members: [ListImportLine.Member]
    var sql: SQL {
        """
        INSERT INTO audience.list_import_rows (job_id, line, source_object_key, email, metadata, is_named)
        SELECT \(jobID), x.line, x.key, x.email, NULLIF(x.metadata, 'null'), x.is_named
        FROM unnest(
            \(members.map(\.line))::bigint[], \(members.map(\.patch.key))::text[], \(members.map(\.change.email))::text[],
            \(members.map { RawJSONText($0.change.metadata ?? "null") })::jsonb[], \(members.map(\.change.isActive))::boolean[]
        ) AS x (line, key, email, metadata, is_named)
        """
    }
}

/// Rows of an import after a line.
struct ListImportRowsPage: Statement {
    static let sample = Self(jobID: 1, after: 0, limit: 1)
    var jobID: Int64
    var after: Int64
    var limit: Int

    struct Output: Sendable {
        var line: Int64
        var patch: ListMemberPatch
    }

    var sql: SQL {
        """
        SELECT row_number() OVER (ORDER BY line) - 1 AS index, line, source_object_key, email, metadata::text AS metadata, is_named
        FROM audience.list_import_rows
        WHERE job_id = \(jobID) AND line > \(after)
        ORDER BY line
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> Output {
        let change = ListMemberChange(
            sourceObjectKey: try row.decode("source_object_key"),
            email: try row.decode("email"),
            metadata: try row.decodeIfPresent("metadata"),
            isActive: try row.decode("is_named")
        )
        let index = Int(try row.decode("index", as: Int64.self))
        var patch = ListMemberPatch(key: "", email: "", emailOriginal: "", isNamed: change.isActive, index: index)
        // They were checked when they were kept.
        _ = ListMemberRules.check(change, &patch)
        return Output(line: try row.decode("line"), patch: patch)
    }
}

/// Forgets rows of an import that has ended or begins anew.
struct DeleteListImportRows: Statement {
    static let sample = Self(jobID: 1, limit: 1)
    var jobID: Int64
    var limit: Int
    var sql: SQL {
        """
        DELETE FROM audience.list_import_rows
        WHERE job_id = \(jobID) AND line IN (
            SELECT rows.line
            FROM audience.list_import_rows AS rows
            WHERE rows.job_id = \(jobID)
            ORDER BY rows.line
            LIMIT \(limit)
        )
        """
    }
}
