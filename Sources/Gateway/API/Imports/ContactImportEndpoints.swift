import CSV
import Contracts
import Cryptography
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model
import NIOCore

extension APIError {
    fileprivate static func tooManyRows(_ limit: Int) -> APIError {
        .validation(ValidationFailure(["csv": "too_many_rows"], details: ["csv": "at most \(limit) rows in one request"]))
    }
}

/// `POST /api/contacts/imports/csv`: multipart with a file, or JSON with the text in `csv`.
enum ContactImportEndpoints {
    static let maximumBytes = 50 << 20
    /// Above this, rows are imported by the operator's command or, later, as a job.
    static let maximumRows = 10_000

    /// An upload, whatever its form.
    private struct Upload {
        var fields: RequestFields
        var csv: [UInt8]?
    }

    static func all(_ services: APIServices) -> [Endpoint] { [importCSV(services)] }

    static func importCSV(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/contacts/imports/csv",
            id: "importContactsCSV",
            tag: .imports,
            access: .key(.contactsWrite),
            summary: "Import contacts from a CSV.",
            body: .own(mediaTypes: ["application/json": .object(jsonBody), "multipart/form-data": .object(jsonBody)]),
            answers: [.ok(answerShape)]
        ) { call in
            var upload = try await upload(call.request)
            return try await importCSV(&upload, try call.client, services)
        }
    }

    private static let jsonBody = ObjectShape(
        "ContactCSVImport",
        ObjectShape.scope + [
            Field("csv", .string, required: true, "The file's text; in a form, the file.", example: "email,tags\nann@example.org,newsletter\n"),
            Field("dry_run", .boolean, "Says what would happen; stores nothing."),
            Field("idempotency_key", .string(maximum: 255), "A second import with the same key answers what the first did."),
            Field("encoding", .string, "Of the file's bytes; UTF-8 unless said otherwise."),
        ]
    )

    private static let answerShape = Shape.freeObject

    private static func importCSV(_ upload: inout Upload, _ client: ClientIdentity, _ services: APIServices) async throws -> Response {
        let scope = try await ScopeResolution(audience: services.audience).resolve(&upload.fields, client)
        if upload.csv == nil {
            upload.fields.fault("csv", upload.fields.object["csv"].map { $0 == .null } ?? true ? "required" : "must_be_string")
        }
        let dryRun = upload.fields.flag("dry_run") ?? false
        let key = upload.fields.string("idempotency_key") ?? ""
        let encodingName = upload.fields.string("encoding") ?? "utf-8"
        let encoding = CSVEncoding(name: encodingName)
        if encoding == nil { upload.fields.fault("encoding", "invalid") }
        try upload.fields.check()
        guard let scope, let csv = upload.csv, let encoding else { throw APIError.field("csv", "required") }
        let (pager, pages) = try pages(csv, encoding)
        let begin = BeginImport(
            scope: scope.ids,
            header: pager.header ?? [],
            delimiter: String(UnicodeScalar(pager.delimiter)),
            encoding: encoding.rawValue,
            dryRun: dryRun,
            idempotencyKey: key.isEmpty || dryRun ? nil : key,
            fingerprint: key.isEmpty ? nil : Hexadecimal.encode(SHA256.hash(csv))
        )
        let outcome = try await apply(pages, try await services.audience.answer(begin), client, services)
        return .json(payload(outcome, dryRun: dryRun, key: key))
    }

    private static func pages(_ csv: [UInt8], _ encoding: CSVEncoding) throws(APIError) -> (CSVPager, [CSVPage]) {
        var pager = CSVPager(encoding: encoding, maximumPageBytes: 1 << 20, maximumPageRecords: 2_000)
        var pages: [CSVPage] = []
        do throws(CSVFileError) {
            // In pieces, so that a file with far too many rows is refused by its beginning.
            for start in stride(from: 0, to: csv.count, by: 256 << 10) where rows(pages) <= maximumRows {
                pages += try pager.push(Array(csv[start..<min(start + 256 << 10, csv.count)]))
            }
            pages += try pager.finish()
        } catch {
            throw .validation(ValidationFailure(["csv": error.code], details: ["csv": "\(error)"]))
        }
        guard rows(pages) <= maximumRows else { throw .tooManyRows(maximumRows) }
        return (pager, pages)
    }

    private static func rows(_ pages: [CSVPage]) -> Int {
        pages.reduce(0) { $0 + $1.recordCount + $1.refusals.count }
    }

    /// What all pages brought.
    private struct Outcome {
        var counts: ImportCounts
        var results: [ImportRowResult] = []
        var faults: [RowFault] = []
    }

    private static func apply(
        _ pages: [CSVPage],
        _ state: ImportState,
        _ client: ClientIdentity,
        _ services: APIServices
    ) async throws(APIError) -> Outcome {
        var outcome = Outcome(counts: state.counts)
        for (sequence, page) in pages.enumerated() {
            let call = ImportPage(
                jobID: state.jobID,
                organizationID: client.organizationID,
                sequence: sequence,
                firstLine: page.firstLine,
                firstItem: page.firstItem,
                records: Base64.standard.encode(page.bytes),
                refused: page.refusals.map { RowFault(line: $0.line, item: $0.recordNumber - 1, errors: ["row": $0.code]) },
                wantsResults: true,
                isLast: sequence == pages.count - 1
            )
            let result = try await services.audience.answer(call)
            outcome.counts = result.counts
            outcome.results += result.results
            outcome.faults += result.faults
        }
        return outcome
    }

    // MARK: Body and answer

    private static func upload(_ request: GatewayRequest) async throws -> Upload {
        guard let boundary = MultipartBody.boundary(of: request.header(.contentType) ?? "") else {
            let fields = try await RequestFields.read(request)
            let csv = fields.object["csv"]?.stringValue
            return Upload(fields: fields, csv: csv.map { Array($0.utf8) })
        }
        let body = try await request.body(upTo: maximumBytes)
        var members: [(key: String, value: JSONValue)] = []
        var csv: [UInt8]?
        for part in MultipartBody.parts(of: Array(body.readableBytesView), boundary: boundary) {
            guard let name = part.name else { continue }
            if part.filename != nil || name == "csv" || name == "file" {
                csv = csv ?? Array(part.content)
            } else {
                guard let text = String(validating: part.content, as: UTF8.self), !text.utf8.contains(0) else {
                    throw APIError.field(name, "invalid")
                }
                members.append((key: name, value: .string(text)))
            }
        }
        return Upload(fields: RequestFields(JSONObject(members)), csv: csv)
    }

    private static func payload(_ outcome: Outcome, dryRun: Bool, key: String) -> JSONValue {
        let counts: [(key: String, value: JSONValue)] = [
            ("total", outcome.counts.total), ("created", outcome.counts.created), ("updated", outcome.counts.updated),
            ("unchanged", outcome.counts.unchanged), ("skipped", outcome.counts.skipped), ("invalid", outcome.counts.invalid),
        ].map { (key: $0.0, value: .number(JSONNumber(Int64($0.1)))) }
        return .object(
            JSONObject([
                (key: "dry_run", value: .bool(dryRun)), (key: "idempotency_key", value: .string(key)),
                (key: "counts", value: .object(JSONObject(counts))), (key: "results", value: .array(outcome.results.map(result))),
                (key: "errors", value: .array(outcome.faults.map(fault))),
            ])
        )
    }

    private static func result(_ row: ImportRowResult) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            (key: "index", value: .number(JSONNumber(Int64(row.item - 1)))), (key: "item", value: .number(JSONNumber(Int64(row.item)))),
        ]
        if row.contact == nil { members.append((key: "email", value: .string(row.email))) }
        members.append((key: "action", value: .string(row.action.rawValue)))
        if let reason = row.reason { members.append((key: "reason", value: .string(reason))) }
        if let kept = row.keptItem { members.append((key: "kept_item", value: .number(JSONNumber(Int64(kept))))) }
        if let contact = row.contact {
            members.append((key: "contact", value: ContactPayload.withTags.value(contact)))
        }
        return .object(JSONObject(members))
    }

    private static func fault(_ fault: RowFault) -> JSONValue {
        let errors = fault.errors.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
        var members: [(key: String, value: JSONValue)] = [
            (key: "row", value: .number(JSONNumber(Int64(fault.item + 1)))), (key: "line", value: .number(JSONNumber(Int64(fault.line)))),
        ]
        if let email = fault.email { members.append((key: "email", value: .string(email))) }
        members.append((key: "errors", value: .object(JSONObject(errors))))
        return .object(JSONObject(members))
    }
}

extension RequestFields {
    /// A flag that a form may write as text.
    mutating func flag(_ name: String) -> Bool? {
        if let text = object[name]?.stringValue {
            switch text.lowercased() {
            case "true", "1", "yes", "on": return true
            case "false", "0", "no", "off", "": return false
            default:
                fault(name, "must_be_boolean")
                return nil
            }
        }
        return bool(name)
    }
}
