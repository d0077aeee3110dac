import Contracts
import JSON
import Model
import Postgres

/// A stored import of members.
struct ListImportJob: Sendable {
    var id: Int64
    var scope: AudienceScope
    var listKey: String
    var sourceURL: String
    var idempotencyKey: String?
    var change: ListChange
    var removesAbsent: Bool
    var status: ListImportStatus
    var mark: ListImportReader.Mark
    var isRead: Bool
    var appliedLine: Int64
    var judgedContactID: Int64
    var rowCount: Int64
    var createdCount: Int64
    var updatedCount: Int64
    var removedCount: Int64
    var failedCount: Int64
    var failedRows: JSONValue
    var contentSHA256: String
    var error: String
    var attempts: Int
    var startedAt: Timestamp?
    var completedAt: Timestamp?
    var createdAt: Timestamp
    var updatedAt: Timestamp

    init(_ row: Row) throws {
        id = try row.decode("id")
        scope = AudienceScope(
            organizationID: try row.decode("organization_id"),
            clientID: try row.decode("client_id"),
            audienceID: try row.decode("audience_id")
        )
        listKey = try row.decode("list_key")
        sourceURL = try row.decode("source_url")
        idempotencyKey = try row.decodeIfPresent("idempotency_key")
        change = ListChange(
            type: try row.decodeIfPresent("list_type", as: String.self).flatMap(RecipientListType.init(rawValue:)),
            name: try row.decodeIfPresent("list_name"),
            metadata: try row.decodeIfPresent("list_metadata")
        )
        removesAbsent = try row.decode("remove_absent")
        status = ListImportStatus(rawValue: try row.decode("status")) ?? .pending
        mark = ListImportReader.Mark(
            bytes: try row.decode("read_bytes"),
            lines: try row.decode("read_lines"),
            sha256: try row.decode("read_sha256")
        )
        isRead = try row.decode("is_read")
        appliedLine = try row.decode("applied_line")
        judgedContactID = try row.decode("judged_contact_id")
        rowCount = try row.decode("row_count")
        createdCount = try row.decode("created_count")
        updatedCount = try row.decode("updated_count")
        removedCount = try row.decode("removed_count")
        failedCount = try row.decode("failed_count")
        failedRows = try row.decode("failed_rows")
        contentSHA256 = try row.decode("content_sha256")
        error = try row.decode("error")
        attempts = Int(try row.decode("attempts", as: Int32.self))
        startedAt = try row.decodeIfPresent("started_at")
        completedAt = try row.decodeIfPresent("completed_at")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
    }

    /// As the API shows it.
    func named(_ known: KnownScope, _ list: StoredList?) -> ListImport {
        ListImport(
            id: id,
            listKey: listKey,
            audienceSlug: known.audienceSlug,
            clientSlug: known.clientSlug,
            sourceURL: sourceURL,
            idempotencyKey: idempotencyKey ?? "",
            status: status,
            change: change,
            removesAbsent: removesAbsent,
            rowCount: rowCount,
            createdCount: createdCount,
            updatedCount: updatedCount,
            removedCount: removedCount,
            failedCount: failedCount,
            failedRows: faults,
            contentSHA256: contentSHA256,
            error: status == .failed ? error : "",
            startedAt: startedAt,
            completedAt: completedAt,
            createdAt: createdAt,
            updatedAt: updatedAt,
            list: status == .succeeded ? list?.named(known) : nil
        )
    }

    private var faults: [ListImportFault] {
        let rows = (failedRows.arrayValue ?? []).compactMap(\.objectValue)
        return rows.map { row in
            var errors: [String: String] = [:]
            for (field, reason) in row["errors"]?.objectValue?.members ?? [] { errors[field] = reason.stringValue ?? "" }
            return ListImportFault(line: row["line"]?.int64Value ?? 0, errors: errors)
        }
    }
}
