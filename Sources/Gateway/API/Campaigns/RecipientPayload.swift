import Contracts
import JSON
import Model

/// A recipient of a campaign, as object and as line of a CSV.
enum RecipientPayload {
    static let recipient = Payload<Recipient>(
        "CampaignRecipient",
        [
            .member("id", .id) { .integer($0.id.rawValue) },
            .member("contact_id", .nullable(.id), "Null when the contact has been erased.") {
                $0.contactID.rawValue > 0 ? .integer($0.contactID.rawValue) : .null
            },
            .member("email", .string) { .string($0.email) },
            .member("status", .choice(RecipientStatus.self)) { .string($0.status.rawValue) },
            .member("skip_reason", .string) { .string($0.skipReason?.rawValue ?? "") },
            .member("attempt", .integer) { .integer($0.attempt) },
            .member("ses_message_id", .string) { .string($0.providerMessageID) },
            .member("sent_at", .nullable(.timestamp)) { ContactPayload.time($0.sentAt) },
            .member("delivered_at", .nullable(.timestamp)) { ContactPayload.time($0.deliveredAt) },
            .member("first_opened_at", .nullable(.timestamp)) { ContactPayload.time($0.firstOpenedAt) },
            .member("first_clicked_at", .nullable(.timestamp)) { ContactPayload.time($0.firstClickedAt) },
            .member("unsubscribed_at", .nullable(.timestamp)) { ContactPayload.time($0.unsubscribedAt) },
            .member("bounced_at", .nullable(.timestamp)) { ContactPayload.time($0.bouncedAt) },
            .member("complained_at", .nullable(.timestamp)) { ContactPayload.time($0.complainedAt) },
            .member("open_count", .integer) { .integer($0.openCount) },
            .member("click_count", .integer) { .integer($0.clickCount) },
            .member("last_error", .string) { .string($0.lastError) },
        ]
    )

    static let list = Payload<([Recipient], Int)>(
        "CampaignRecipientList",
        [
            .member("recipients", .list(of: recipient.shape)) { .array($0.0.map(recipient.value)) },
            .member("next_cursor", .nullable(.string)) { found in
                found.0.count >= found.1 ? found.0.last.map { .string("\($0.id)") } ?? .null : .null
            },
        ]
    )

    /// The columns of the CSV are the members of the object.
    static var columns: [String] { recipient.members.map(\.field.name) }

    static func record(_ source: Recipient) -> [String] {
        recipient.members.map { member in
            switch member.value(source) {
            case .string(let text): text
            case .null: ""
            case let value: value.text
            }
        }
    }
}

/// What a list of campaigns, and a resend, answer.
enum CampaignListPayload {
    static let list = Payload<CampaignList>(
        "CampaignList",
        [
            .member("campaigns", .list(of: CampaignPayload.campaign.shape)) { .array($0.campaigns.map(CampaignPayload.campaign.value)) },
            .member("next_cursor", .nullable(.string)) { found in
                found.hasMore == true ? found.campaigns.last.map { .string("\($0.id)") } ?? .null : .null
            },
        ]
    )

    static let resent = Payload<CampaignResendResult>(
        "CampaignResent",
        [
            .member("campaign", CampaignPayload.campaign.shape) { CampaignPayload.campaign.value($0.campaign) },
            .member("resent_count", .integer) { .integer($0.resentCount) },
        ]
    )
}
