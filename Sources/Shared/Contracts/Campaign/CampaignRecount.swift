import JSON
import JSONRPC
import Model

/// What the ledger has by recipients.
///
/// Columns: opens, human opens, clicks, human clicks, unsubscribes (every event counts, as Tracking stores them); delivered, bounced,
/// complained (as Delivery stores them; 0 for recipients who were erased); the marks of both.
package struct RecountLedger: RecountMethod, Codable {
    package static let name = "campaign.recountLedger"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountPage
    package var span: RecountSpan
    package var after: String?
    package init(span: RecountSpan) { self.span = span }
}

/// What the ledger has by contacts: opens, human opens, clicks, human clicks, as Audience's engagement counts them; mark.
package struct RecountLedgerContacts: RecountMethod, Codable {
    package static let name = "campaign.recountContacts"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountPage
    package var span: RecountSpan
    package var after: String?
    package init(span: RecountSpan) { self.span = span }
}

/// Which recipients can be compared with Delivery.
///
/// Changes nothing.
package struct GetRecountBounds: RPCMethod, Codable {
    package static let name = "campaign.recountBounds"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountBounds
    package init() {}
}
