import CSV
import Contracts
import Cryptography
import Foundation
import Model
import ServiceRuntime

/// Brings a file to Audience, page after page in order; while one page is applied the next is read there, and the one after it is cut.
struct ImportRun {
    let services: ServiceOptions
    let scope: AudienceScope
    let dryRun: Bool
    let progress: ImportProgress

    /// One is applied and one is read there while the third is cut here.
    private static let pagesUnderWay = 3

    /// The pages of a run and what came of them.
    private struct Flow {
        var state: ImportState
        var sequence = 0
        var summary: ImportSummary
        /// The pages under way, in order.
        var pending: [Task<ImportPageResult, any Error>] = []
    }

    func run(_ part: ImportPart) async throws -> ImportSummary {
        let fingerprint = try await part.input.fingerprint()
        var pager = part.pager()
        var flow: Flow?
        var read = 0
        do {
            try await part.input.forEachChunk { chunk in
                read += chunk.count
                for page in try pager.push(chunk) { try await send(page, isLast: false, &flow, pager, part, fingerprint) }
                progress.show(bytes: read, counts: flow?.summary.counts)
            }
            let rest = try pager.finish()
            for (index, page) in rest.enumerated() {
                try await send(page, isLast: index == rest.count - 1, &flow, pager, part, fingerprint)
            }
        } catch let error as CSVFileError {
            throw CommandFailure("\(part.input.title): \(error)")
        }
        guard var flow else { throw CommandFailure("\(part.input.title): empty") }
        while !flow.pending.isEmpty { try await settle(&flow) }
        return flow.summary
    }

    private func send(
        _ page: CSVPage,
        isLast: Bool,
        _ flow: inout Flow?,
        _ pager: any ImportPager,
        _ part: ImportPart,
        _ fingerprint: String
    ) async throws {
        var current: Flow
        if let known = flow { current = known } else { current = try await begin(pager, part, fingerprint) }
        // Nobody else holds the list of pages meanwhile, which would copy it.
        flow = nil
        defer {
            current.sequence += 1
            flow = current
        }
        if current.state.finished || current.sequence < current.state.nextSequence {
            current.summary.resumedPages += 1
            return
        }
        let call = ImportPage(
            jobID: current.state.jobID,
            organizationID: scope.organizationID,
            sequence: current.sequence,
            firstLine: page.firstLine,
            firstItem: page.firstItem,
            records: Base64.standard.encode(page.bytes),
            refused: page.refusals.map { RowFault(line: $0.line, item: $0.recordNumber - 1, errors: ["row": $0.code]) },
            wantsResults: false,
            isLast: isLast,
            waitsForPrevious: true
        )
        let services = services
        // The tasks' ends are awaited, in order, by `settle`.
        current.pending.append(Task { try await services.call(.audience, call, deadline: .seconds(120)) })
        while current.pending.count >= Self.pagesUnderWay { try await settle(&current) }
    }

    private func begin(_ pager: any ImportPager, _ part: ImportPart, _ fingerprint: String) async throws -> Flow {
        let state = try await services.call(
            .audience,
            BeginImport(
                scope: scope,
                header: pager.header ?? [],
                delimiter: String(UnicodeScalar(pager.delimiter)),
                encoding: part.encoding.rawValue,
                dryRun: dryRun,
                idempotencyKey: dryRun ? nil : part.idempotencyKey(fingerprint),
                fingerprint: fingerprint
            )
        )
        return Flow(state: state, summary: ImportSummary(counts: state.counts, dryRun: dryRun))
    }

    /// Waits for the oldest page under way.
    private func settle(_ flow: inout Flow) async throws {
        guard !flow.pending.isEmpty else { return }
        let oldest = flow.pending.removeFirst()
        do {
            let result = try await oldest.value
            flow.summary.counts = result.counts
            flow.summary.add(result.faults)
        } catch {
            // What follows cannot be applied any more.
            for page in flow.pending { page.cancel() }
            flow.pending = []
            throw error
        }
    }
}
