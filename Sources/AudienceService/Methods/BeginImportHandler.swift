import CSV
import Contracts
import Postgres

extension AudienceHandlers {
    func beginImport(_ request: BeginImport) async throws -> ImportState {
        let encoding = try ImportRules.check(request)
        _ = try await KnownScope.find(request.scope, database)
        if let jobID = try await database.first(AddImportJob(request: request, encoding: encoding.rawValue)) {
            return ImportState(jobID: jobID, nextSequence: 0, finished: false, counts: ImportCounts())
        }
        guard let key = request.idempotencyKey,
            let job = try await database.first(ImportJobByKey(clientID: request.scope.clientID, idempotencyKey: key))
        else { throw ContactVanished() }
        guard ImportRules.isSame(job, request, encoding) else { throw ValidationFailure.field("idempotency_key", "body_mismatch") }
        return job.state
    }
}

/// What an import may be opened with.
enum ImportRules {
    static func check(_ request: BeginImport) throws(ValidationFailure) -> CSVEncoding {
        var faults: [String: String] = [:]
        let encoding = CSVEncoding(name: request.encoding)
        if encoding == nil { faults["encoding"] = "invalid" }
        if delimiter(request.delimiter) == nil { faults["delimiter"] = "invalid" }
        if let key = request.idempotencyKey, key.isEmpty || key.utf8.count > 255 || !TextRules.isStorable(key) {
            faults["idempotency_key"] = "invalid"
        }
        if let print = request.fingerprint, print.utf8.count > 255 || !TextRules.isStorable(print) { faults["fingerprint"] = "invalid" }
        guard faults.isEmpty, let encoding else { throw ValidationFailure(faults) }
        // Items name their fields themselves.
        if request.format == .json { return encoding }
        _ = try ImportColumns(header: request.header)
        return encoding
    }

    static func delimiter(_ text: String) -> UInt8? {
        [",", ";", "\t", "|"].contains(text) ? text.utf8.first : nil
    }

    /// Whether a request names the import that its key names.
    static func isSame(_ job: ImportJob, _ request: BeginImport, _ encoding: CSVEncoding) -> Bool {
        job.scope == request.scope && job.header == request.header && job.delimiter == request.delimiter
            && job.encoding == encoding.rawValue && job.dryRun == request.dryRun && job.fingerprint == request.fingerprint
            && job.format == request.format ?? .csv && job.isBackground == request.isBackground ?? false
    }
}
