import JSON
import JSONRPC
import Model

/// What one recipient was sent, for the page that shows the mail in a browser.
///
/// Changes nothing. `notFound` also for rows that were never attempted and for people who have been erased.
package struct GetRecipientMail: RPCMethod, Codable {
    package static let name = "campaign.getRecipientMail"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = RecipientMail
    package enum Failure: String, RPCFailure, Codable, CaseIterable {
        case notFound
        package var kind: String { rawValue }
    }
    package var recipientID: RecipientID
    package init(recipientID: RecipientID) { self.recipientID = recipientID }
}

/// The content of a campaign by its id, for the page that shows a preview or test message in a browser.
///
/// Changes nothing. Failures: `external_key: not_found`, `from_email: not_configured`.
package struct GetPreviewContent: RPCMethod, Codable {
    package static let name = "campaign.getPreviewContent"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = CampaignContent
    package typealias Failure = ValidationFailure
    package var campaignID: CampaignID
    package init(campaignID: CampaignID) { self.campaignID = campaignID }
}

package struct RecipientMail: RPCPayload, Codable, Equatable {
    package var content: CampaignContent
    package var contactID: ContactID
    package var email: String
    package var mergeFields: JSONValue
    package init(content: CampaignContent, contactID: ContactID, email: String, mergeFields: JSONValue) {
        self.content = content
        self.contactID = contactID
        self.email = email
        self.mergeFields = mergeFields
    }
}
