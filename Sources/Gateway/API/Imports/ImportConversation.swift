import Contracts
import Cryptography
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// One import request: small ones are applied and answered row by row, large ones stored for Audience to work on.
struct ImportConversation: Sendable {
    /// Above this many rows an import is a job.
    static let maximumRows = 10_000

    let audience: any RPCCaller
    let scope: ScopeResolution.Scope
    let dryRun: Bool
    /// Empty for none.
    let key: String
    let isAsync: Bool

    /// Reads the options that every form of import has, and the scope, with the faults of all fields.
    init(_ fields: inout RequestFields, _ client: ClientIdentity, _ services: APIServices) async throws {
        audience = services.audience
        dryRun = fields.flag("dry_run") ?? false
        key = fields.string("idempotency_key") ?? ""
        isAsync = fields.flag("async") ?? false
        let scope = try await services.scopes.resolve(&fields, client)
        try fields.check()
        guard let scope else { throw APIError.field("audience", "required") }
        self.scope = scope
    }

    func run(_ source: some ImportSource) async throws -> Response {
        let isJob = isAsync || source.rowCount > Self.maximumRows
        let begun = try await audience.answer(
            BeginImport(
                scope: scope.ids,
                header: source.header,
                delimiter: String(UnicodeScalar(source.delimiter)),
                encoding: source.encoding,
                dryRun: dryRun,
                idempotencyKey: key.isEmpty || dryRun ? nil : key,
                fingerprint: key.isEmpty ? nil : source.fingerprint,
                format: source.format,
                isBackground: isJob
            )
        )
        return isJob ? try await store(source, begun) : try await apply(source, begun)
    }

    private func apply(_ source: some ImportSource, _ state: ImportState) async throws -> Response {
        var outcome = ImportPageResult(counts: state.counts, faults: [], results: [])
        var sequence = 0
        try await source.forEachPage { page in
            let result = try await audience.answer(call(page, state, sequence))
            outcome.counts = result.counts
            outcome.results += result.results
            outcome.faults += result.faults
            sequence += 1
        }
        return .json(ImportResultPayload.value(outcome, source.format, dryRun: dryRun, key: key))
    }

    /// Stores the pages; those that an interrupted request had stored are left.
    private func store(_ source: some ImportSource, _ state: ImportState) async throws -> Response {
        var sequence = 0
        var isFresh = true
        try await source.forEachPage { page in
            isFresh = try await !audience.answer(StageImportPage(page: call(page, state, sequence))).isRepeated
            sequence += 1
        }
        let report = try await audience.answer(
            GetImportJob(organizationID: scope.client.organizationID, clientID: scope.client.clientID, jobID: state.jobID)
        )
        let answer: JSONValue = ["import_job": ImportJobPayload.job.value(report), "created": .bool(isFresh)]
        return .json(answer, status: isFresh ? .accepted : .ok)
    }

    private func call(_ page: ImportSourcePage, _ state: ImportState, _ sequence: Int) -> ImportPage {
        ImportPage(
            jobID: state.jobID,
            organizationID: scope.client.organizationID,
            sequence: sequence,
            firstLine: page.firstLine,
            firstItem: page.firstItem,
            records: Base64.standard.encode(page.bytes),
            refused: page.refused,
            wantsResults: true,
            isLast: page.isLast
        )
    }
}
