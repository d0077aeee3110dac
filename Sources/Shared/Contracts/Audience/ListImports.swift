import JSON
import JSONRPC
import Model

/// How far an import of members is.
package enum ListImportStatus: String, Codable, Sendable, CaseIterable { case pending, processing, succeeded, failed }

/// A refused line of an import's file.
package struct ListImportFault: Codable, Equatable, Sendable {
    /// From 1.
    package var line: Int64
    /// Field to reason: `email: invalid`, `line: invalid_json`.
    package var errors: [String: String]
    package init(line: Int64, errors: [String: String]) { self.line = line; self.errors = errors }
}

/// An import of members from a URL.
package struct ListImport: RPCPayload, Codable, Equatable {
    package var id: Int64
    package var listKey: String
    package var audienceSlug: String
    package var clientSlug: String
    package var sourceURL: String
    package var idempotencyKey: String
    package var status: ListImportStatus
    package var change: ListChange
    package var removesAbsent: Bool
    package var rowCount: Int64
    package var createdCount: Int64
    package var updatedCount: Int64
    package var removedCount: Int64
    package var failedCount: Int64
    /// The first five hundred.
    package var failedRows: [ListImportFault]
    /// Hex; empty until the file was read.
    package var contentSHA256: String
    /// Why it failed: `row_validation_failed`, `fetch_failed: …`.
    package var error: String
    package var startedAt: Timestamp?
    package var completedAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Once it succeeded.
    package var list: RecipientListState?
    package init(
        id: Int64,
        listKey: String,
        audienceSlug: String,
        clientSlug: String,
        sourceURL: String,
        idempotencyKey: String,
        status: ListImportStatus,
        change: ListChange,
        removesAbsent: Bool,
        rowCount: Int64,
        createdCount: Int64,
        updatedCount: Int64,
        removedCount: Int64,
        failedCount: Int64,
        failedRows: [ListImportFault],
        contentSHA256: String,
        error: String,
        startedAt: Timestamp?,
        completedAt: Timestamp?,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        list: RecipientListState?
    ) {
        self.id = id
        self.listKey = listKey
        self.audienceSlug = audienceSlug
        self.clientSlug = clientSlug
        self.sourceURL = sourceURL
        self.idempotencyKey = idempotencyKey
        self.status = status
        self.change = change
        self.removesAbsent = removesAbsent
        self.rowCount = rowCount
        self.createdCount = createdCount
        self.updatedCount = updatedCount
        self.removedCount = removedCount
        self.failedCount = failedCount
        self.failedRows = failedRows
        self.contentSHA256 = contentSHA256
        self.error = error
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.list = list
    }
}

/// Accepts an import of members from a file of JSON lines (UTF-8, one member a line) at a URL; it runs in the background.
///
/// All of the file is applied, or nothing when a line is refused. Idempotent when a key is given: the client's first import of that key is
/// answered, whatever else the call says. Failures: `source_url: required|invalid|too_long`, `idempotency_key: too_long|invalid`,
/// those of ``PutRecipientList``.
package struct AddListImport: RPCMethod, Codable {
    package static let name = "audience.addListImport"
    package typealias Result = ListImportAdded
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package var list: ListChange
    package var sourceURL: String
    package var idempotencyKey: String?
    /// Whether members whose keys the file does not name are removed at the end.
    package var removesAbsent: Bool
    package init(
        scope: AudienceScope,
        listKey: String,
        list: ListChange,
        sourceURL: String,
        idempotencyKey: String?,
        removesAbsent: Bool = false
    ) {
        self.scope = scope
        self.listKey = listKey
        self.list = list
        self.sourceURL = sourceURL
        self.idempotencyKey = idempotencyKey
        self.removesAbsent = removesAbsent
    }
}

package struct ListImportAdded: RPCPayload, Codable, Equatable {
    package var job: ListImport
    package var created: Bool
    package init(job: ListImport, created: Bool) { self.job = job; self.created = created }
}

/// Idempotent.
///
/// Failure: `import_job: not_found`.
package struct GetListImport: RPCMethod, Codable {
    package static let name = "audience.getListImport"
    package static let isRead = true
    package typealias Result = ListImport
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package var id: Int64
    package init(scope: AudienceScope, listKey: String, id: Int64) { self.scope = scope; self.listKey = listKey; self.id = id }
}

/// The imports of one list, newest first.
///
/// Idempotent. Failure: `limit: …`.
package struct ListImports: RPCMethod, Codable {
    package static let name = "audience.listImports"
    package static let isRead = true
    package typealias Result = ListImportPage
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    /// Smaller ids only.
    package var before: Int64?
    /// 1 to 100.
    package var limit: Int
    package init(scope: AudienceScope, listKey: String, before: Int64? = nil, limit: Int) {
        self.scope = scope
        self.listKey = listKey
        self.before = before
        self.limit = limit
    }
}

package struct ListImportPage: RPCPayload, Codable, Equatable {
    package var jobs: [ListImport]
    /// Nil at the end.
    package var next: Int64?
    package init(jobs: [ListImport], next: Int64?) { self.jobs = jobs; self.next = next }
}
