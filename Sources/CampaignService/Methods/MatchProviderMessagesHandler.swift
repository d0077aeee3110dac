import Contracts
import JSONRPC
import Postgres

extension CampaignHandlers {
    func matchProviderMessages(_ request: MatchProviderMessages, _ context: RPCContext) async throws -> MatchedProviderMessages {
        guard request.messages.count <= MatchProviderMessages.maximumMessages else {
            throw HotCodecError.tooMany("messages", limit: MatchProviderMessages.maximumMessages)
        }
        guard !request.messages.isEmpty else { return MatchedProviderMessages(recipientIDs: []) }
        let messages = request.messages.map { message in
            ProviderMessage(providerMessageID: ShortText.fit(message.providerMessageID), sentAt: message.sentAt)
        }
        return MatchedProviderMessages(recipientIDs: try await database.run(MatchProviderMessageRows(messages: messages)))
    }
}
