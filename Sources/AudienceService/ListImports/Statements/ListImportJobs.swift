import Contracts
import Model
import Postgres

/// Accepts an import unless the client has one of this key; no row when it has.
struct InsertListImport: Statement {
    static let sample = Self(
        request: AddListImport(
            scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
            listKey: "a",
            list: ListChange(),
            sourceURL: "https://example.org/",
            idempotencyKey: nil
        )
    )
    var request: AddListImport
    var sql: SQL {
        """
        INSERT INTO audience.list_import_jobs (
            organization_id, audience_id, client_id, list_key, source_url, idempotency_key, list_type, list_name, list_metadata, remove_absent
        )
        VALUES (
            \(request.scope.organizationID), \(request.scope.audienceID), \(request.scope.clientID), \(request.listKey),
            \(request.sourceURL), \(request.idempotencyKey), \(request.list.type?.rawValue), \(request.list.name), \(request.list.metadata),
            \(request.removesAbsent)
        )
        ON CONFLICT (client_id, idempotency_key) DO NOTHING
        RETURNING id, organization_id, audience_id, client_id, list_key, source_url, idempotency_key, list_type, list_name, list_metadata,
            remove_absent, status, read_bytes, read_lines, read_sha256, is_read, applied_line, judged_contact_id, row_count, created_count,
            updated_count, removed_count, failed_count, failed_rows, content_sha256, error, attempts, started_at, completed_at, created_at,
            updated_at
        """
    }

    func decode(_ row: Row) throws -> ListImportJob { try ListImportJob(row) }
}

struct ListImportByKey: Statement {
    static let sample = Self(clientID: ClientID(1), idempotencyKey: "k")
    var clientID: ClientID
    var idempotencyKey: String
    var sql: SQL {
        """
        SELECT id, organization_id, audience_id, client_id, list_key, source_url, idempotency_key, list_type, list_name, list_metadata,
            remove_absent, status, read_bytes, read_lines, read_sha256, is_read, applied_line, judged_contact_id, row_count, created_count,
            updated_count, removed_count, failed_count, failed_rows, content_sha256, error, attempts, started_at, completed_at, created_at,
            updated_at
        FROM audience.list_import_jobs
        WHERE client_id = \(clientID) AND idempotency_key = \(idempotencyKey)
        """
    }

    func decode(_ row: Row) throws -> ListImportJob { try ListImportJob(row) }
}

/// For who works on it.
struct ListImportByID: Statement {
    static let sample = Self(jobID: 1)
    var jobID: Int64
    var sql: SQL {
        """
        SELECT id, organization_id, audience_id, client_id, list_key, source_url, idempotency_key, list_type, list_name, list_metadata,
            remove_absent, status, read_bytes, read_lines, read_sha256, is_read, applied_line, judged_contact_id, row_count, created_count,
            updated_count, removed_count, failed_count, failed_rows, content_sha256, error, attempts, started_at, completed_at, created_at,
            updated_at
        FROM audience.list_import_jobs
        WHERE id = \(jobID)
        """
    }

    func decode(_ row: Row) throws -> ListImportJob { try ListImportJob(row) }
}

/// The imports of one list, newest first.
struct ListImportsOfList: Statement {
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        listKey: "a",
        id: nil,
        before: Int64.max,
        limit: 1
    )
    var scope: AudienceScope
    var listKey: String
    /// The only one wanted.
    var id: Int64?
    var before: Int64
    var limit: Int
    var sql: SQL {
        """
        SELECT id, organization_id, audience_id, client_id, list_key, source_url, idempotency_key, list_type, list_name, list_metadata,
            remove_absent, status, read_bytes, read_lines, read_sha256, is_read, applied_line, judged_contact_id, row_count, created_count,
            updated_count, removed_count, failed_count, failed_rows, content_sha256, error, attempts, started_at, completed_at, created_at,
            updated_at
        FROM audience.list_import_jobs
        WHERE organization_id = \(scope.organizationID) AND audience_id = \(scope.audienceID) AND client_id = \(scope.clientID)
            AND list_key = \(listKey) AND id < \(before) AND (\(id)::bigint IS NULL OR id = \(id))
        ORDER BY id DESC
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> ListImportJob { try ListImportJob(row) }
}

/// Takes the import that waits longest and nobody works on.
struct ClaimListImport: Statement {
    static let sample = Self(leaseSeconds: 30)
    var leaseSeconds: Double
    var sql: SQL {
        """
        UPDATE audience.list_import_jobs
        SET status = 'processing', started_at = coalesce(started_at, now()), updated_at = now(), attempts = attempts + 1,
            due_at = now() + make_interval(secs => \(leaseSeconds))
        WHERE id = (
            SELECT id
            FROM audience.list_import_jobs
            WHERE status IN ('pending', 'processing') AND due_at <= now()
            ORDER BY due_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
        )
        RETURNING id, organization_id, audience_id, client_id, list_key, source_url, idempotency_key, list_type, list_name, list_metadata,
            remove_absent, status, read_bytes, read_lines, read_sha256, is_read, applied_line, judged_contact_id, row_count, created_count,
            updated_count, removed_count, failed_count, failed_rows, content_sha256, error, attempts, started_at, completed_at, created_at,
            updated_at
        """
    }

    func decode(_ row: Row) throws -> ListImportJob { try ListImportJob(row) }
}
