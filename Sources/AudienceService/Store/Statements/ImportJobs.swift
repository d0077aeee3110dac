import Contracts
import Model
import Postgres

/// A stored import.
struct ImportJob: Sendable {
    var state: ImportState
    var scope: AudienceScope
    var header: [String]
    var delimiter: String
    var encoding: String
    var dryRun: Bool
    var fingerprint: String?
    var format: ImportFormat
    var isBackground: Bool
    /// How many pages are stored, and whether the last one is.
    var stagedPages: Int
    var isStaged: Bool

    init(_ row: Row) throws {
        let finishedAt = try row.decodeIfPresent("finished_at", as: Timestamp.self)
        state = ImportState(
            jobID: try row.decode("id"),
            nextSequence: Int(try row.decode("next_sequence", as: Int32.self)),
            finished: finishedAt != nil,
            counts: try ImportCounts(row),
            finishedAt: finishedAt
        )
        scope = AudienceScope(
            organizationID: try row.decode("organization_id"),
            clientID: try row.decode("client_id"),
            audienceID: try row.decode("audience_id")
        )
        header = try row.decode("header")
        delimiter = try row.decode("delimiter")
        encoding = try row.decode("encoding")
        dryRun = try row.decode("dry_run")
        fingerprint = try row.decodeIfPresent("fingerprint")
        format = ImportFormat(rawValue: try row.decode("format")) ?? .csv
        isBackground = try row.decode("is_background")
        stagedPages = Int(try row.decode("staged_pages", as: Int32.self))
        isStaged = try row.decode("is_staged")
    }
}

/// Opens an import unless the client has one of this key; no row when it has.
struct AddImportJob: Statement {
    static let sample = Self(
        request: BeginImport(
            scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
            header: ["email"],
            delimiter: ","
        ),
        encoding: "utf-8"
    )
    var request: BeginImport
    var encoding: String
    var sql: SQL {
        """
        INSERT INTO audience.import_jobs (
            organization_id, audience_id, client_id, header, delimiter, encoding, dry_run, idempotency_key, fingerprint,
            format, is_background
        )
        VALUES (
            \(request.scope.organizationID), \(request.scope.audienceID), \(request.scope.clientID), \(request.header)::text[],
            \(request.delimiter), \(encoding), \(request.dryRun), \(request.idempotencyKey), \(request.fingerprint),
            \((request.format ?? .csv).rawValue), \(request.isBackground ?? false)
        )
        ON CONFLICT (client_id, idempotency_key) DO NOTHING
        RETURNING id
        """
    }

    func decode(_ row: Row) throws -> ImportJobID { try row.decode("id") }
}

struct ImportJobByKey: Statement {
    static let sample = Self(clientID: ClientID(1), idempotencyKey: "k")
    var clientID: ClientID
    var idempotencyKey: String
    var sql: SQL {
        """
        SELECT id, organization_id, audience_id, client_id, header, delimiter, encoding, dry_run, fingerprint, next_sequence,
            finished_at, format, is_background, staged_pages, staged_at IS NOT NULL AS is_staged, total_count, created_count,
            updated_count, unchanged_count, skipped_count, invalid_count
        FROM audience.import_jobs
        WHERE import_jobs.client_id = \(clientID) AND import_jobs.idempotency_key = \(idempotencyKey)
        """
    }

    func decode(_ row: Row) throws -> ImportJob { try ImportJob(row) }
}

struct ImportJobByID: Statement {
    static let sample = Self(organizationID: OrganizationID(1), jobID: ImportJobID(1))
    var organizationID: OrganizationID
    var jobID: ImportJobID
    var sql: SQL {
        """
        SELECT id, organization_id, audience_id, client_id, header, delimiter, encoding, dry_run, fingerprint, next_sequence,
            finished_at, format, is_background, staged_pages, staged_at IS NOT NULL AS is_staged, total_count, created_count,
            updated_count, unchanged_count, skipped_count, invalid_count
        FROM audience.import_jobs
        WHERE import_jobs.id = \(jobID) AND import_jobs.organization_id = \(organizationID)
        """
    }

    func decode(_ row: Row) throws -> ImportJob { try ImportJob(row) }
}

/// The same, locked: pages of one import are applied one after another.
struct LockImportJob: Statement {
    static let sample = Self(organizationID: OrganizationID(1), jobID: ImportJobID(1))
    var organizationID: OrganizationID
    var jobID: ImportJobID
    var sql: SQL {
        """
        SELECT id, organization_id, audience_id, client_id, header, delimiter, encoding, dry_run, fingerprint, next_sequence,
            finished_at, format, is_background, staged_pages, staged_at IS NOT NULL AS is_staged, total_count, created_count,
            updated_count, unchanged_count, skipped_count, invalid_count
        FROM audience.import_jobs
        WHERE import_jobs.id = \(jobID) AND import_jobs.organization_id = \(organizationID)
        FOR NO KEY UPDATE
        """
    }

    func decode(_ row: Row) throws -> ImportJob { try ImportJob(row) }
}
