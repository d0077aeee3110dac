import JSON
import JSONRPC
import Model

/// Renders a campaign's content exactly as a worker would, with preview tokens that never count.
///
/// Changes nothing. Idempotent. Failures: `subject|html_body|text_body|preview_text: invalid_template` with details (line, column,
/// reason), `…: render_failed`.
package struct PreviewCampaign: RPCMethod, Codable {
    package static let name = "delivery.previewCampaign"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = RenderedCampaign
    package typealias Failure = ValidationFailure
    package var content: CampaignContent
    /// The recipient to render for; nil is a sample (`contact.email` = `preview@example.com`, no attributes).
    package var email: String?
    package var mergeFields: JSONValue?
    /// The recipient's row and contact: the links are then the real ones of that mail.
    ///
    /// Nil: links of a preview.
    package var recipientID: RecipientID?
    package var contactID: ContactID?
    package init(
        content: CampaignContent,
        email: String? = nil,
        mergeFields: JSONValue? = nil,
        recipientID: RecipientID? = nil,
        contactID: ContactID? = nil
    ) {
        self.content = content
        self.email = email
        self.mergeFields = mergeFields
        self.recipientID = recipientID
        self.contactID = contactID
    }
}

package struct RenderedCampaign: RPCPayload, Codable, Equatable {
    package var subject: String
    package var previewText: String
    package var htmlBody: String
    package var textBody: String
    package init(subject: String, previewText: String, htmlBody: String, textBody: String) {
        self.subject = subject
        self.previewText = previewText
        self.htmlBody = htmlBody
        self.textBody = textBody
    }
}

/// Sends a campaign's content to at most 25 test addresses.
///
/// The addresses are normalised and without duplicates; the links have preview tokens, and no ledger row is written. Not idempotent. Failures as ``PreviewCampaign``.
package struct SendCampaignTest: RPCMethod, Codable {
    package static let name = "delivery.sendCampaignTest"
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignTestResult
    package typealias Failure = ValidationFailure
    package var content: CampaignContent
    package var emails: [String]
    package init(content: CampaignContent, emails: [String]) { self.content = content; self.emails = emails }
}

package struct CampaignTestResult: RPCPayload, Codable, Equatable {
    package var recipients: [CampaignTestRecipient]
    package init(recipients: [CampaignTestRecipient]) { self.recipients = recipients }
}

package struct CampaignTestRecipient: Codable, Equatable, Sendable {
    package var email: String
    /// The provider's message id; empty when it was not sent.
    package var messageID: String
    /// Why it was not sent; empty otherwise.
    package var error: String
    package init(email: String, messageID: String, error: String) {
        self.email = email
        self.messageID = messageID
        self.error = error
    }
}
