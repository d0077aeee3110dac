import JSON
import JSONRPC
import Model

/// Adds opens and clicks to what is known of contacts; one batch of events merged by contact, from Campaign's outbox.
///
/// Idempotent by its idempotency key. Sums and latest times, so the order of batches does not matter. A contact that is not of the
/// organization is left out. At most 2,000 contacts.
package struct RecordEngagement: RPCMethod, Codable {
    package static let name = "audience.recordEngagement"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.campaign]
    package typealias Result = Empty
    package typealias Failure = NoFailure
    /// As columns; all of one length.
    package var organizationIDs: [Int64] = []
    package var audienceIDs: [Int64] = []
    package var contactIDs: [Int64] = []
    package var opens: [Int64] = []
    package var humanOpens: [Int64] = []
    package var clicks: [Int64] = []
    package var humanClicks: [Int64] = []
    /// Microseconds since 1970; 0 is never.
    package var lastOpenedAt: [Int64] = []
    package var lastHumanOpenedAt: [Int64] = []
    package var lastClickedAt: [Int64] = []
    package var lastHumanClickedAt: [Int64] = []
    package init() {}
}
