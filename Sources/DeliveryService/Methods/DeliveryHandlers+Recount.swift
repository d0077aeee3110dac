import Contracts
import Postgres

/// What `datamailer verify` compares with the other services.
extension DeliveryHandlers {
    func recountProviderEvents(_ call: RecountProviderEvents) async throws -> RecountPage {
        try await database.first(ProviderEventSums(span: call.span, after: call.after)) ?? RecountPage()
    }

    func recountMessages(_ call: RecountMessages) async throws -> RecountPage {
        try await database.first(MessageSums(span: call.span, after: call.after.flatMap { Int64($0) } ?? 0)) ?? RecountPage()
    }
}
