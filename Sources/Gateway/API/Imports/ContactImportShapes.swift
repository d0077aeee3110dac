import Contracts
import JSON
import Model

/// What the bodies and answers of contact imports look like.
enum ContactImportShapes {
    /// One item of a list.
    static let item = ObjectShape("ContactImportItem", [ContactShapes.email] + ContactShapes.changes)

    static let list = ObjectShape(
        "ContactImport",
        ObjectShape.scope + [
            Field(
                "contacts",
                .list(of: .any),
                required: true,
                missing: "must_be_list",
                "The contacts, each an object of `email` and the fields of `POST /api/contacts`; a bad one refuses only itself.",
                example: [["email": "ann@example.org", "tags": ["newsletter"]]]
            )
        ] + options
    )

    static let csv = ObjectShape(
        "ContactCSVImport",
        ObjectShape.scope + [
            Field("csv", .string, required: true, "The file's text; in a form, the file.", example: "email,tags\nann@example.org,newsletter\n"),
            Field("encoding", .string, "Of the file's bytes: utf-8 (the default), latin-1 or windows-1252."),
        ] + options
    )

    private static let options = [
        Field("dry_run", .boolean, "Says what would happen; stores nothing."),
        Field("idempotency_key", .string(maximum: 255), "A second import with the same key answers what the first did."),
        Field("async", .boolean, "Answer 202 with a job to poll; always so above 10,000 rows."),
    ]

    private static let counts = ObjectShape(
        "ContactImportCounts",
        ["total", "created", "updated", "unchanged", "skipped", "invalid"].map { Field($0, .integer, required: true) }
    )

    static let result = Shape.object(
        ObjectShape(
            "ContactImportResult",
            [
                Field("dry_run", .boolean, required: true), Field("idempotency_key", .string, required: true),
                Field("counts", .object(counts), required: true),
                Field("results", .list(of: .freeObject), required: true, "What became of each good row, in order."),
                Field("errors", .list(of: .freeObject), required: true, "The refused rows with their reasons."),
            ]
        )
    )

    static let jobAnswer = ObjectShape(
        "ContactImportJobAnswer",
        [Field("import_job", ImportJobPayload.job.shape, required: true), Field("created", .boolean, required: true)]
    )

    static let job = ObjectShape("ContactImportJobStatus", [Field("import_job", ImportJobPayload.job.shape, required: true)])
}

/// An import as its client sees it.
enum ImportJobPayload {
    static let job = Payload<ImportJobReport>(
        "ContactImportJob",
        [
            .member("id", .id) { .integer($0.jobID.rawValue) },
            .member("status", .choice(ImportJobStatus.self)) { .string($0.status.rawValue) },
            .member("audience", .string) { .string($0.audience) },
            .member("client", .string) { .string($0.client) },
            .member("format", .choice(ImportFormat.self)) { .string($0.format.rawValue) },
            .member("dry_run", .boolean) { .bool($0.dryRun) },
            .member("idempotency_key", .string) { .string($0.idempotencyKey) },
            .member("counts", .map(.integer), "So far.") { counts($0.counts) },
            .member("error", .string, "Why the job failed; empty otherwise.") { .string($0.error) },
            .member("errors_url", .string, "The refused rows as CSV.") {
                .string("/api/contacts/imports/\($0.jobID.rawValue)/errors.csv")
            },
            .member("started_at", .nullable(.timestamp)) { time($0.startedAt) },
            .member("completed_at", .nullable(.timestamp)) { time($0.completedAt) },
            .member("created_at", .timestamp) { time($0.createdAt) },
            .member("updated_at", .timestamp) { time($0.updatedAt) },
        ]
    )

    static func counts(_ counts: ImportCounts) -> JSONValue {
        .object(
            JSONObject([
                (key: "total", value: .integer(counts.total)), (key: "created", value: .integer(counts.created)),
                (key: "updated", value: .integer(counts.updated)), (key: "unchanged", value: .integer(counts.unchanged)),
                (key: "skipped", value: .integer(counts.skipped)), (key: "invalid", value: .integer(counts.invalid)),
            ])
        )
    }

    private static func time(_ time: Timestamp?) -> JSONValue { time.map { .string($0.iso8601) } ?? .null }
}
