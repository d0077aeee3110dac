import Contracts
import JSONRPC
import Model
import Postgres

/// What `datamailer verify` compares with the other services.
extension CampaignHandlers {
    func registerRecounts(in table: inout RPCMethodTable) {
        table.on(CampaignVerify.self) { try await verify($0, $1) }
        table.on(GetRecountBounds.self) { _, _ in try await database.first(LedgerBounds()) ?? RecountBounds(firstRecentRecipient: .max) }
        table.on(RecountLedger.self) { request, _ in
            try await database.first(LedgerSums(span: request.span, after: request.after.flatMap { Int64($0) } ?? 0)) ?? RecountPage()
        }
        table.on(RecountLedgerContacts.self) { request, _ in
            try await database.first(LedgerContactSums(span: request.span, after: request.after.flatMap { Int64($0) } ?? 0)) ?? RecountPage()
        }
    }
}
