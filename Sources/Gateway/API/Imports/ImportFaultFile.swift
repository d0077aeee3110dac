import CSV
import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore

/// The refused rows of an import as a CSV that is written as it is read: one record a reason.
struct ImportFaultFile: Sendable {
    static let mediaType = "text/csv"
    static let columns = ["item", "line", "email", "field", "reason", "details"]

    let audience: any RPCCaller
    let request: ImportFaults

    /// - Throws: `import_job: not_found`, before anything is sent.
    func response() async throws -> Response {
        let first = try await audience.answer(request)
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8",
            .contentDisposition: "attachment; filename=\"import-\(request.jobID.rawValue)-errors.csv\"",
        ]
        let body = ResponseBody { writer in
            var csv = CSVWriter()
            csv.writeRecord(Self.columns)
            var page = first
            while true {
                for fault in page.faults { Self.write(fault, to: &csv) }
                try await writer.write(ByteBuffer(bytes: csv.takeBytes()))
                guard let next = page.next else { break }
                var following = request
                following.after = next
                page = try await audience.answer(following)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func write(_ fault: RowFault, to csv: inout CSVWriter) {
        for (field, reason) in fault.errors.sorted(by: { $0.key < $1.key }) {
            csv.writeRecord([String(fault.item), String(fault.line), fault.email ?? "", field, reason, fault.details?[field] ?? ""])
        }
    }
}
