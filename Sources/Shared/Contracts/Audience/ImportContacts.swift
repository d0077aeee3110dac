import JSON
import JSONRPC
import Model

/// Opens (or finds again, by `idempotencyKey`) an import; the pages follow with ``ImportPage``, or ``StageImportPage`` in the background.
///
/// Idempotent when the key is given. Failures: header faults (`csv.header: missing_email_column`, `duplicate_column…`),
/// `idempotency_key: body_mismatch`.
package struct BeginImport: RPCMethod, Codable {
    package static let name = "audience.beginImport"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ImportState
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    /// Header names as they stand in the file (UTF-8).
    package var header: [String]
    /// One byte: `,` `;` TAB or `|`.
    package var delimiter: String
    /// `utf-8`, `latin-1`, `windows-1252`.
    package var encoding: String
    package var dryRun: Bool
    package var idempotencyKey: String?
    /// Names the file's content (size and SHA-256, or similar), so that a resumed import continues only the same file.
    package var fingerprint: String?
    /// ``ImportFormat/csv`` when nil; ``ImportFormat/json`` has no header.
    package var format: ImportFormat?
    /// The pages are stored by ``StageImportPage`` and applied by the service itself; nil: they are applied as they come.
    package var isBackground: Bool?
    package init(
        scope: AudienceScope,
        header: [String],
        delimiter: String,
        encoding: String = "utf-8",
        dryRun: Bool = false,
        idempotencyKey: String? = nil,
        fingerprint: String? = nil,
        format: ImportFormat? = nil,
        isBackground: Bool? = nil
    ) {
        self.scope = scope
        self.header = header
        self.delimiter = delimiter
        self.encoding = encoding
        self.dryRun = dryRun
        self.idempotencyKey = idempotencyKey
        self.fingerprint = fingerprint
        self.format = format
        self.isBackground = isBackground
    }
}

/// Applies one page of whole CSV records in one transaction.
///
/// Idempotent: a page whose `sequence` was applied answers its first result. Pages of one job are applied in order of
/// `sequence` (0, 1, …); another order is `sequence: out_of_order`.
package struct ImportPage: RPCMethod, Codable {
    package static let name = "audience.importPage"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ImportPageResult
    package typealias Failure = ValidationFailure
    package var jobID: ImportJobID
    package var organizationID: OrganizationID
    package var sequence: Int
    /// Line number in the file of the page's first byte.
    package var firstLine: Int
    /// Number (from 1) of the page's first data record.
    package var firstItem: Int
    /// Raw bytes of whole records, base64; at most 4 MiB before base64.
    package var records: String
    /// Refusals that the sender found while splitting (too long, unterminated quote).
    package var refused: [RowFault]
    /// Whether each row's outcome with its contact object is wanted (the HTTP API) or only counts and faults (bulk).
    package var wantsResults: Bool
    package var isLast: Bool
    /// Whether the page may be on its way before the one in front of it was answered; it then waits for that one, at most a minute,
    /// and is read meanwhile.
    package var waitsForPrevious: Bool
    package init(
        jobID: ImportJobID,
        organizationID: OrganizationID,
        sequence: Int,
        firstLine: Int,
        firstItem: Int,
        records: String,
        refused: [RowFault],
        wantsResults: Bool,
        isLast: Bool,
        waitsForPrevious: Bool = false
    ) {
        self.jobID = jobID
        self.organizationID = organizationID
        self.sequence = sequence
        self.firstLine = firstLine
        self.firstItem = firstItem
        self.records = records
        self.refused = refused
        self.wantsResults = wantsResults
        self.isLast = isLast
        self.waitsForPrevious = waitsForPrevious
    }
}

/// A refused row: where and why.
package struct RowFault: Codable, Equatable, Sendable {
    /// Physical line in the file (1-based).
    package var line: Int
    /// Data record number (1-based).
    package var item: Int
    package var email: String?
    /// Field to reason, for example `email: invalid`, `row: wrong_field_count`.
    package var errors: [String: String]
    /// The same in words, by field, where the code does not say it all; nil when none is needed.
    package var details: [String: String]?
    package init(line: Int, item: Int, email: String? = nil, errors: [String: String], details: [String: String]? = nil) {
        self.line = line
        self.item = item
        self.email = email
        self.errors = errors
        self.details = details?.isEmpty == true ? nil : details
    }
}

package struct ImportCounts: Codable, Equatable, Sendable {
    package var total = 0
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    package var skipped = 0
    package var invalid = 0
    package init() {}
}

/// Where an import stands.
package struct ImportState: RPCPayload, Codable, Equatable {
    package var jobID: ImportJobID
    /// The next `sequence` that is expected; 0 for a fresh job, more when an interrupted one is resumed.
    package var nextSequence: Int
    package var finished: Bool
    package var counts: ImportCounts
    /// When it ended; nil while it has not.
    package var finishedAt: Timestamp?
    package init(jobID: ImportJobID, nextSequence: Int, finished: Bool, counts: ImportCounts, finishedAt: Timestamp? = nil) {
        self.jobID = jobID
        self.nextSequence = nextSequence
        self.finished = finished
        self.counts = counts
        self.finishedAt = finishedAt
    }
}

package struct ImportPageResult: RPCPayload, Codable, Equatable {
    /// Counts of the whole job so far.
    package var counts: ImportCounts
    /// Faults of this page (at most 10,000; `counts.invalid` has all).
    package var faults: [RowFault]
    /// When wanted: the outcomes of this page in order.
    package var results: [ImportRowResult]
    package init(counts: ImportCounts, faults: [RowFault], results: [ImportRowResult]) {
        self.counts = counts
        self.faults = faults
        self.results = results
    }
}

package struct ImportRowResult: Codable, Equatable, Sendable {
    package enum Action: String, Codable, Sendable, CaseIterable {
        case created, updated, unchanged, skipped
        case wouldCreate = "would_create"
        case wouldUpdate = "would_update"
    }
    package var item: Int
    package var email: String
    package var action: Action
    /// `duplicate_input` for skipped ones.
    package var reason: String?
    package var keptItem: Int?
    package var contact: ContactStatus?
    package init(item: Int, email: String, action: Action, reason: String? = nil, keptItem: Int? = nil, contact: ContactStatus? = nil) {
        self.item = item
        self.email = email
        self.action = action
        self.reason = reason
        self.keptItem = keptItem
        self.contact = contact
    }
}
