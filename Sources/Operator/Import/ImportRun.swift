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
    /// Whether a file that was imported before is applied anew.
    var isAgain = false
    let progress: ImportProgress
    /// Where refused rows go.
    var refusedRows = RefusedRows()

    /// One is applied and one is read there while the third is cut here.
    private static let pagesUnderWay = 3

    /// The pages of a run and what came of them.
    private struct Flow {
        var state: ImportState
        var sequence = 0
        var summary: ImportSummary
        var refused: RefusedRows
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
        flow.summary.faults = flow.refused.kept
        flow.summary.explained = flow.refused.count
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
        if current.state.finished { return }
        if current.sequence < current.state.nextSequence {
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
            refused: page.refusals.map(RowFault.init),
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
        var call = BeginImport(
            scope: scope,
            header: pager.header ?? [],
            delimiter: String(UnicodeScalar(pager.delimiter)),
            encoding: part.encoding.rawValue,
            dryRun: dryRun,
            fingerprint: fingerprint
        )
        var repetition = 0
        while true {
            if !dryRun { call.idempotencyKey = part.idempotencyKey(fingerprint, audienceID: scope.audienceID, repetition: repetition) }
            let state = try await services.call(.audience, call)
            guard isAgain, state.finished else { return try await flow(state) }
            repetition += 1
        }
    }

    /// Where an import stands, with the rows that were refused until then.
    private func flow(_ state: ImportState) async throws -> Flow {
        var flow = Flow(state: state, summary: ImportSummary(counts: state.counts, dryRun: dryRun), refused: refusedRows)
        if let finishedAt = state.finishedAt {
            flow.summary.earlier = ImportSummary.Earlier(jobID: state.jobID, finishedAt: finishedAt, counts: state.counts)
            flow.summary.counts = ImportCounts()
        }
        guard state.nextSequence > 0 else { return flow }
        var call = ImportFaults(organizationID: scope.organizationID, clientID: scope.clientID, jobID: state.jobID)
        repeat {
            let page = try await services.call(.audience, call)
            try flow.refused.add(page.faults)
            call.after = page.next
        } while call.after != nil
        return flow
    }

    /// Waits for the oldest page under way.
    private func settle(_ flow: inout Flow) async throws {
        guard !flow.pending.isEmpty else { return }
        let oldest = flow.pending.removeFirst()
        do {
            let result = try await oldest.value
            flow.summary.counts = result.counts
            try flow.refused.add(result.faults)
        } catch {
            // What follows cannot be applied any more.
            for page in flow.pending { page.cancel() }
            flow.pending = []
            throw error
        }
    }
}

extension RowFault {
    /// A record that could not be cut out of the file.
    fileprivate init(_ refusal: CSVRefusal) {
        self.init(
            line: refusal.line,
            item: refusal.recordNumber - 1,
            errors: ["row": refusal.code],
            details: ["row": refusal.explanation()]
        )
    }
}
