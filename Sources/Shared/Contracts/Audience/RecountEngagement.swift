import JSON
import JSONRPC
import Model

/// What Audience knows of contacts' engagement, over all audiences: opens, human opens, clicks, human clicks, mark.
package struct RecountEngagement: RecountMethod, Codable {
    package static let name = "audience.recountEngagement"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountPage
    package var span: RecountSpan
    package var after: String?
    package init(span: RecountSpan) { self.span = span }
}
