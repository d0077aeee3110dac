import JSON
import JSONRPC
import Model

/// What Delivery has of the provider's events about campaign recipients: delivered, bounced, complained, mark.
package struct RecountProviderEvents: RecountMethod, Codable {
    package static let name = "delivery.recountProviderEvents"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountPage
    package var span: RecountSpan
    package var after: String?
    package init(span: RecountSpan) { self.span = span }
}

/// What Delivery counts of opens and clicks of transactional messages.
package struct RecountMessages: RecountMethod, Codable {
    package static let name = "delivery.recountMessages"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountPage
    package var span: RecountSpan
    package var after: String?
    package init(span: RecountSpan) { self.span = span }
}
