import JSON
import JSONRPC
import Model

/// What Delivery has to know before it accepts transactional messages: contact, refusal and sender of each, in one call.
///
/// Creates contacts that are not there (address only, no subscription) where `creates` says so and the sender is configured. Idempotent. At
/// most 500 messages; columns, because thousands come a second.
package struct PrepareTransactional: RPCMethod, Codable {
    package static let name = "audience.prepareTransactional"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.delivery]
    package typealias Result = PreparedTransactional
    package static let maximumMessages = 500
    package var organizationIDs: [Int64] = []
    package var clientIDs: [Int64] = []
    /// Normalised.
    package var emails: [String] = []
    /// As the client wrote it; empty when that is no different.
    package var originals: [String] = []
    /// Empty: the client's default.
    package var senderIDs: [String] = []
    /// 0: outside any audience.
    package var audienceIDs: [Int64] = []
    /// Empty: no category.
    package var categoryTags: [String] = []
    package var creates: [Bool] = []
    package init() {}
}

/// One entry a message, in their order.
package struct PreparedTransactional: RPCPayload, Codable, Equatable {
    /// 0: there is no contact and none was made.
    package var contactIDs: [Int64] = []
    /// Empty: may be mailed; `erased`: the address is an erased person's; else a ``SkipReason``.
    package var refusals: [String] = []
    package var senderIDs: [String] = []
    /// `Name <local@domain>`; empty: no such sender.
    package var senders: [String] = []
    package init() {}
}

/// Which of these contacts may not get transactional mail at this moment, and why: the same rule as ``PrepareTransactional``.
///
/// Idempotent; hot. A contact that no longer exists is `suppressed`. Columns of equal length, at most 500.
package struct CheckTransactional: RPCMethod, Codable {
    package static let name = "audience.checkTransactional"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.delivery, .operator]
    package typealias Result = TransactionalRefusals
    package var organizationIDs: [Int64] = []
    package var clientIDs: [Int64] = []
    package var contactIDs: [Int64] = []
    /// 0: outside any audience.
    package var audienceIDs: [Int64] = []
    package var categoryTags: [String] = []
    package init() {}
}

/// One entry a message, in their order; empty: may be mailed, else a ``SkipReason``.
package struct TransactionalRefusals: RPCPayload, Codable, Equatable {
    package var reasons: [String]
    package init(reasons: [String]) { self.reasons = reasons }
}
