import JSON
import JSONRPC
import Model

/// What the event log has by messages of one kind: opens, human opens, clicks, human clicks, unsubscribes, mark.
package struct RecountEvents: RecountMethod, Codable {
    package static let name = "tracking.recountEvents"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.operator]
    package typealias Result = RecountPage
    package var messageKind: TrackedMessageKind
    package var span: RecountSpan
    package var after: String?
    package init(messageKind: TrackedMessageKind, span: RecountSpan) {
        self.messageKind = messageKind
        self.span = span
    }
}
