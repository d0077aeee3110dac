import JSON
import JSONRPC
import Model

/// What the pages of an import hold.
package enum ImportFormat: String, Codable, Sendable, CaseIterable {
    /// CSV records.
    case csv
    /// One ``ContactChange`` as JSON a line; the number of the line is that of the item.
    case json
}

/// Where an import is (API.md, values).
package enum ImportJobStatus: String, Codable, Sendable, CaseIterable {
    case pending, processing, succeeded, failed
}

/// Stores one page of an import that was begun with `isBackground`; the service applies it by itself when the last one is stored.
///
/// Idempotent: a page that is stored already is left. Pages are stored in order of `sequence`; another order is
/// `sequence: out_of_order`, an import that is not in the background `job_id: not_background`.
package struct StageImportPage: RPCMethod, Codable {
    package static let name = "audience.stageImportPage"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = StagedImport
    package typealias Failure = ValidationFailure
    package var page: ImportPage
    package init(page: ImportPage) { self.page = page }

    package init(from decoder: any Decoder) throws { page = try ImportPage(from: decoder) }
    package func encode(to encoder: any Encoder) throws { try page.encode(to: encoder) }

    // The page's own members: it carries megabytes.
    package func write(to writer: inout JSONWriter) throws { try page.write(to: &writer) }
    package static func read(_ json: ArraySlice<UInt8>) throws -> StageImportPage { StageImportPage(page: try ImportPage.read(json)) }
}

/// How much of an import is stored.
package struct StagedImport: RPCPayload, Codable, Equatable {
    package var pages: Int
    /// The last page is among them.
    package var isComplete: Bool
    /// The page had been stored before.
    package var isRepeated: Bool
    package init(pages: Int, isComplete: Bool, isRepeated: Bool) {
        self.pages = pages
        self.isComplete = isComplete
        self.isRepeated = isRepeated
    }
}

/// An import of a client by id.
///
/// Failure: `import_job: not_found`, also for another client's.
package struct GetImportJob: RPCMethod, Codable {
    package static let name = "audience.getImportJob"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ImportJobReport
    package typealias Failure = ValidationFailure
    package var organizationID: OrganizationID
    package var clientID: ClientID
    package var jobID: ImportJobID
    package init(organizationID: OrganizationID, clientID: ClientID, jobID: ImportJobID) {
        self.organizationID = organizationID
        self.clientID = clientID
        self.jobID = jobID
    }
}

/// All about an import that its client may know.
package struct ImportJobReport: RPCPayload, Codable, Equatable {
    package var jobID: ImportJobID
    package var status: ImportJobStatus
    package var audience: String
    package var client: String
    package var format: ImportFormat
    package var dryRun: Bool
    package var isBackground: Bool
    /// Empty when none was given.
    package var idempotencyKey: String
    package var counts: ImportCounts
    /// Why it failed; empty otherwise.
    package var error: String
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var completedAt: Timestamp?
    package var updatedAt: Timestamp
    package init(
        jobID: ImportJobID,
        status: ImportJobStatus,
        audience: String,
        client: String,
        format: ImportFormat,
        dryRun: Bool,
        isBackground: Bool,
        idempotencyKey: String,
        counts: ImportCounts,
        error: String,
        createdAt: Timestamp,
        startedAt: Timestamp?,
        completedAt: Timestamp?,
        updatedAt: Timestamp
    ) {
        self.jobID = jobID
        self.status = status
        self.audience = audience
        self.client = client
        self.format = format
        self.dryRun = dryRun
        self.isBackground = isBackground
        self.idempotencyKey = idempotencyKey
        self.counts = counts
        self.error = error
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.updatedAt = updatedAt
    }
}

/// The refused rows of an import, some pages at a time, in the order of the file.
///
/// Failure: `import_job: not_found`.
package struct ImportFaults: RPCMethod, Codable {
    package static let name = "audience.importFaults"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ImportFaultPage
    package typealias Failure = ValidationFailure
    package var organizationID: OrganizationID
    package var clientID: ClientID
    package var jobID: ImportJobID
    /// The `next` of the answer before; nil for the beginning.
    package var after: Int?
    package init(organizationID: OrganizationID, clientID: ClientID, jobID: ImportJobID, after: Int? = nil) {
        self.organizationID = organizationID
        self.clientID = clientID
        self.jobID = jobID
        self.after = after
    }
}

package struct ImportFaultPage: RPCPayload, Codable, Equatable {
    package var format: ImportFormat
    package var faults: [RowFault]
    /// nil at the end.
    package var next: Int?
    package init(format: ImportFormat, faults: [RowFault], next: Int?) {
        self.format = format
        self.faults = faults
        self.next = next
    }
}

extension ContactChange {
    /// One line of an import of format ``ImportFormat/json``: compact JSON without line ends.
    package var importLine: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        write(to: &writer)
        return Array(writer.bytes)
    }

    /// Reads what ``importLine`` wrote.
    package init(importLine: ArraySlice<UInt8>) throws {
        var reader = JSONReader(importLine)
        self = try ContactChange(from: &reader)
        try reader.end()
    }
}
