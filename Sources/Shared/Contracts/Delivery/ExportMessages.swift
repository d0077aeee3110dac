import JSON
import JSONRPC
import Model

/// Everything that Delivery keeps of the messages to one contact, of every client of the organization, newest first (GDPR article 15).
///
/// A page ends early when its messages are large: only `next` says whether more follow. Changes nothing.
package struct ExportContactMessages: RPCMethod, Codable {
    package static let name = "delivery.exportContactMessages"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ExportedMessagePage
    package var organizationID: OrganizationID
    package var contactID: ContactID
    /// Smaller ids only; nil starts at the newest.
    package var before: TransactionalMessageID?
    package init(organizationID: OrganizationID, contactID: ContactID, before: TransactionalMessageID? = nil) {
        self.organizationID = organizationID
        self.contactID = contactID
        self.before = before
    }
}

package struct ExportedMessagePage: RPCPayload, Codable, Equatable {
    package var messages: [ExportedMessage]
    /// Pass as `before` for the next page; nil at the end.
    package var next: TransactionalMessageID?
    package init(messages: [ExportedMessage], next: TransactionalMessageID?) { self.messages = messages; self.next = next }
}

/// A message with its contents.
package struct ExportedMessage: Codable, Equatable, Sendable {
    package var message: TransactionalMessage
    package var clientID: ClientID
    package var replyTo: String
    package var cc: [String]
    package var bcc: [String]
    package var htmlBody: String
    package var textBody: String
    package var headers: [MailHeader] = []
    package var parts: [MailPart] = []
    package var attachments: [MailAttachment] = []
    /// Headers, parts and attachments are left out, because with them the message would not fit into one answer.
    package var isCut = false
    package init(
        message: TransactionalMessage,
        clientID: ClientID,
        replyTo: String,
        cc: [String],
        bcc: [String],
        htmlBody: String,
        textBody: String
    ) {
        self.message = message
        self.clientID = clientID
        self.replyTo = replyTo
        self.cc = cc
        self.bcc = bcc
        self.htmlBody = htmlBody
        self.textBody = textBody
    }
}
