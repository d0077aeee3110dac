import CSV
import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model
import NIOCore

/// Who gets a campaign, and what became of each.
extension CampaignEndpoints {
    private static let exportPage = 1_000
    private static let statusField = Field("status", .choice(RecipientStatus.self), "Only recipients with this status.")

    static func recipients(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/campaigns/{external_key}/recipients",
            id: "listCampaignRecipients",
            tag: .campaigns,
            access: .key(.campaignsRead),
            summary: "The recipients of a campaign.",
            query: ObjectShape.scope + [
                statusField,
                Field("limit", .integer(1...1_000), "Recipients in a page; 100 unless told.", example: 100),
                Field("cursor", .string(maximum: 20), "`next_cursor` of the page before."),
            ],
            answers: [.ok(RecipientPayload.list.shape), .notFound]
        ) { call in
            let status: RecipientStatus? = call.fields.choice("status")
            let after = cursor(&call.fields) ?? 0
            let limit = Int(call.fields.integer("limit") ?? 100)
            _ = try await call.audienceScope()
            let request = ListRecipients(
                address: try address(call),
                state: nil,
                status: status,
                after: RecipientID(after),
                limit: limit
            )
            let found = try await services.campaign.answer(request)
            return .json(RecipientPayload.list.value((found.recipients, limit)))
        }
    }

    static func recipientsFile(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/campaigns/{external_key}/recipients.csv",
            id: "exportCampaignRecipients",
            tag: .campaigns,
            access: .key(.campaignsRead),
            summary: "All recipients of a campaign as a CSV.",
            details: "Streamed, whatever its size. Cells that a spreadsheet program would run as a formula are made text.",
            query: ObjectShape.scope + [statusField],
            answers: [.content(.ok, "text/csv", "One line a recipient."), .notFound]
        ) { call in
            let status: RecipientStatus? = call.fields.choice("status")
            _ = try await call.audienceScope()
            let request = ListRecipients(address: try address(call), state: nil, status: status, limit: exportPage)
            // The first page comes before the status, so that what goes wrong is an error and not an empty file.
            let first = try await services.campaign.answer(request)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8", .contentDisposition: #"attachment; filename="recipients.csv""#,
                    .cacheControl: "no-store",
                ],
                body: ResponseBody { writer in
                    try await write(first.recipients, of: request, services, to: &writer)
                    try await writer.finish(nil)
                }
            )
        }
    }

    /// One page is in memory at a time.
    @concurrent private static func write(
        _ first: [Recipient],
        of request: ListRecipients,
        _ services: APIServices,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var csv = CSVWriter()
        csv.writeRecord(RecipientPayload.columns)
        var page = first
        var request = request
        while true {
            for recipient in page { csv.writeRecord(RecipientPayload.record(recipient)) }
            try await writer.write(ByteBuffer(bytes: csv.takeBytes()))
            guard page.count >= exportPage, let last = page.last else { return }
            request.after = last.id
            page = try await services.campaign.answer(request).recipients
        }
    }
}
