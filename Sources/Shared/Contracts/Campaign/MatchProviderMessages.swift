import JSON
import JSONRPC
import Model

/// Finds ledger rows by the provider's message ids, for notifications that carry no tag of ours.
///
/// Changes nothing. The ledger has no index over these ids, so the time of sending narrows the search to the batches that were worked on
/// since then. At most 1,000 messages.
package struct MatchProviderMessages: RPCMethod, Codable {
    package static let name = "campaign.matchProviderMessages"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = MatchedProviderMessages
    /// The most messages of one call.
    package static let maximumMessages = 1_000
    package var messages: [ProviderMessage]
    package init(messages: [ProviderMessage]) { self.messages = messages }
}

/// A message as the provider names it.
package struct ProviderMessage: Codable, Equatable, Sendable {
    package var providerMessageID: String
    /// When the provider took it, by its own clock.
    package var sentAt: Timestamp
    package init(providerMessageID: String, sentAt: Timestamp) {
        self.providerMessageID = providerMessageID
        self.sentAt = sentAt
    }
}

package struct MatchedProviderMessages: RPCPayload, Codable, Equatable {
    /// Parallel to the request's messages; 0 where there is none.
    package var recipientIDs: [Int64]
    package init(recipientIDs: [Int64]) { self.recipientIDs = recipientIDs }
}
