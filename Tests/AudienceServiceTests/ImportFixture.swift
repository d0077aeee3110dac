import Contracts
import Cryptography
import JSONRPC
import Model

extension AudienceFixture {
    /// Imports a whole small file through pages of `linesPerPage` physical lines.
    func importCSV(
        _ csv: String,
        in scope: AudienceScope? = nil,
        wantsResults: Bool = true,
        dryRun: Bool = false,
        linesPerPage: Int = .max
    ) async throws -> ImportPageResult {
        try await importBytes(Array(csv.utf8), in: scope, wantsResults: wantsResults, dryRun: dryRun, linesPerPage: linesPerPage)
    }

    func importBytes(
        _ file: [UInt8],
        in scope: AudienceScope? = nil,
        encoding: String = "utf-8",
        delimiter: String = ",",
        wantsResults: Bool = true,
        dryRun: Bool = false,
        linesPerPage: Int = .max
    ) async throws -> ImportPageResult {
        var lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) + [UInt8(ascii: "\n")] }
        let header = String(decoding: lines.removeFirst(), as: UTF8.self).trimmingLineEnd.split(separator: Character(delimiter)).map(
            String.init
        )
        let scope = scope ?? self.scope
        let begin = BeginImport(scope: scope, header: header, delimiter: delimiter, encoding: encoding, dryRun: dryRun)
        let job = try await caller.call(begin).jobID
        var line = 2
        var item = 1
        var sequence = 0
        var results: [ImportRowResult] = []
        var faults: [RowFault] = []
        while true {
            let taken = lines.prefix(linesPerPage)
            lines.removeFirst(taken.count)
            let request = page(job, sequence, Array(taken.joined()), scope, line: line, item: item, wantsResults, isLast: lines.isEmpty)
            var result = try await caller.call(request)
            results += result.results
            faults += result.faults
            if lines.isEmpty {
                result.results = results
                result.faults = faults
                return result
            }
            line += taken.count
            item += taken.count
            sequence += 1
        }
    }

    func page(
        _ job: ImportJobID,
        _ sequence: Int,
        _ bytes: [UInt8],
        _ scope: AudienceScope? = nil,
        line: Int = 2,
        item: Int = 1,
        refused: [RowFault] = [],
        _ wantsResults: Bool = true,
        isLast: Bool = false
    ) -> ImportPage {
        ImportPage(
            jobID: job,
            organizationID: (scope ?? self.scope).organizationID,
            sequence: sequence,
            firstLine: line,
            firstItem: item,
            records: Base64.standard.encode(bytes),
            refused: refused,
            wantsResults: wantsResults,
            isLast: isLast
        )
    }
}

extension String {
    fileprivate var trimmingLineEnd: String { String(reversed().drop { $0.isNewline }.reversed()) }
}

extension AudienceFixture {
    /// Leaves the tombstone that an erasure leaves.
    func eraseForTest(_ email: String) async throws {
        let key = [UInt8](repeating: 7, count: 32)
        let hash = Hexadecimal.encode(HMACSHA256.authenticationCode(for: Array(email.utf8), key: key))
        try await script(
            """
            UPDATE audience.organizations SET tombstone_key = decode('\(Hexadecimal.encode(key))', 'hex');
            INSERT INTO audience.tombstones (organization_id, email_hash) VALUES (\(scope.organizationID), decode('\(hash)', 'hex'));
            """
        )
    }
}
