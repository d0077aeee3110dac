import Contracts
import JSON
import Model

/// Imports of members with the keys of the recorded samples, in their order.
enum ListImportPayload {
    static let job = Payload<ListImport>(
        "RecipientListImport",
        [
            .member("id", .id) { .integer($0.id) },
            .member("list_key", .string) { .string($0.listKey) },
            .member("audience", .string) { .string($0.audienceSlug) },
            .member("client", .string) { .string($0.clientSlug) },
            .member("source_url", .string) { .string($0.sourceURL) },
            .member("idempotency_key", .string) { .string($0.idempotencyKey) },
            .member("status", .choice(ListImportStatus.self)) { .string($0.status.rawValue) },
            .member("list", list.shape) { list.value($0) },
            .member("remove_absent", .boolean) { .bool($0.removesAbsent) },
            .member("row_count", .integer) { .integer($0.rowCount) },
            .member("created_count", .integer) { .integer($0.createdCount) },
            .member("updated_count", .integer) { .integer($0.updatedCount) },
            .member("removed_count", .integer) { .integer($0.removedCount) },
            .member("failed_count", .integer) { .integer($0.failedCount) },
            .member("failed_rows", .list(of: failedRow.shape), "The first 500.") { .array($0.failedRows.map { failedRow.value($0) }) },
            .member("content_sha256", .string) { .string($0.contentSHA256) },
            .member("error", .string) { .string($0.error) },
            .member("started_at", .nullable(.timestamp)) { ContactPayload.time($0.startedAt) },
            .member("completed_at", .nullable(.timestamp)) { ContactPayload.time($0.completedAt) },
            .member("created_at", .timestamp) { ContactPayload.time($0.createdAt) },
            .member("updated_at", .timestamp) { ContactPayload.time($0.updatedAt) },
            .member("recipient_list", .nullable(RecipientListPayload.list.shape)) {
                $0.list.map { RecipientListPayload.list.value($0) } ?? .null
            },
        ]
    )

    /// What the import says about its list.
    private static let list = Payload<ListImport>(
        "RecipientListImportList",
        [
            .member("type", .choice(RecipientListType.self)) { .string(($0.change.type ?? .custom).rawValue) },
            .member("name", .string) { .string($0.change.name ?? $0.listKey) },
            .member("metadata", .freeObject) { $0.change.metadata ?? .object(JSONObject()) },
        ]
    )

    private static let failedRow = Payload<ListImportFault>(
        "RecipientListImportFailedRow",
        [
            .member("line", .integer, "From 1.") { .integer($0.line) },
            .member("error", .any, "A reason for the line, or reasons by field.") { fault in
                if fault.errors.count == 1, let reason = fault.errors["line"] { return .string(reason) }
                return .object(JSONObject(fault.errors.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value)) }))
            },
        ]
    )

    static let one = Payload<ListImport>("RecipientListImportAnswer", [.member("import_job", job.shape) { job.value($0) }])
    static let added = Payload<ListImportAdded>(
        "RecipientListImportAdded",
        [.member("import_job", job.shape) { job.value($0.job) }, .member("created", .boolean) { .bool($0.created) }]
    )
    static let page = Payload<ListImportPage>(
        "RecipientListImportPage",
        [
            .member("import_jobs", .list(of: job.shape)) { .array($0.jobs.map { job.value($0) }) },
            .member("count", .integer) { .integer($0.jobs.count) },
            .member("has_more", .boolean) { .bool($0.next != nil) },
            .member("next_cursor", .nullable(.string)) { $0.next.map { .string(ListCursor.encode($0)) } ?? .null },
        ]
    )
}
