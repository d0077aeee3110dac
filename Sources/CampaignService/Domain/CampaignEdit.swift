import Contracts
import JSON
import Model

/// A campaign after a change, and every fault of it together.
struct CampaignEdit: Sendable {
    static let maximumTextBytes = 4_000
    static let maximumTags = 100
    static let maximumMetadataBytes = 64 << 10

    private(set) var campaign: Campaign
    private(set) var fields: [String: String] = [:]
    private(set) var details: [String: String] = [:]

    /// Takes the campaign as it stands, or a new draft.
    init(_ campaign: Campaign, change: CampaignChange, at now: Timestamp) {
        self.campaign = campaign
        apply(change)
        self.campaign.updatedAt = now
        if campaign.status == .scheduled, self.campaign.scheduledAt == nil, let status = campaign.status.after(.unschedule) {
            self.campaign.status = status
        }
        check()
    }

    private mutating func apply(_ change: CampaignChange) {
        if let value = change.subject { campaign.subject = value }
        if let value = change.previewText { campaign.previewText = value }
        if let value = change.htmlBody { campaign.htmlBody = value }
        if let value = change.textBody { campaign.textBody = value }
        if let value = change.fromEmail { campaign.fromEmail = value }
        if let value = change.categoryTag { campaign.categoryTag = value }
        if let value = change.recipientListKey { campaign.recipientListKey = value }
        if let value = change.segmentKey { campaign.segmentKey = value }
        if let value = change.includeTags { campaign.includeTags = value }
        if let value = change.excludeTags { campaign.excludeTags = value }
        if let value = change.metadata { campaign.metadata = value }
        if let value = change.trackOpens { campaign.trackOpens = value }
        if let value = change.trackClicks { campaign.trackClicks = value }
        if let value = change.strictVariables { campaign.strictVariables = value }
        if change.clearsSchedule == true {
            campaign.scheduledAt = nil
        } else if let value = change.scheduledAt {
            campaign.scheduledAt = value
        }
    }

    private mutating func check() {
        if !CampaignKey.isValid(campaign.externalKey) { fields["external_key"] = "invalid" }
        if campaign.subject.allSatisfy(\.isWhitespace) { fields["subject"] = "required" }
        if campaign.htmlBody.allSatisfy(\.isWhitespace), campaign.textBody.allSatisfy(\.isWhitespace) { fields["body"] = "required" }
        if campaign.metadata.objectValue == nil { fields["metadata"] = "must_be_object" }
        checkSizes()
        checkForZeroBytes()
        let content = ContentCheck(campaign)
        fields.merge(content.fields) { first, _ in first }
        details.merge(content.details) { first, _ in first }
    }

    /// What every list of campaigns brings is not endless; bodies have the limits of the template language.
    private mutating func checkSizes() {
        let texts = [
            ("subject", campaign.subject), ("preview_text", campaign.previewText), ("from_email", campaign.fromEmail),
            ("category_tag", campaign.categoryTag), ("recipient_list_key", campaign.recipientListKey), ("segment_key", campaign.segmentKey),
        ]
        for (field, text) in texts where text.utf8.count > Self.maximumTextBytes { fields[field] = "too_long" }
        for (field, tags) in [("include_tags", campaign.includeTags), ("exclude_tags", campaign.excludeTags)] {
            if tags.count > Self.maximumTags { fields[field] = "too_many" }
            for (index, tag) in tags.enumerated() where tag.utf8.count > 800 { fields["\(field).\(index)"] = "too_long" }
        }
        if campaign.metadata.text.utf8.count > Self.maximumMetadataBytes { fields["metadata"] = "too_long" }
    }

    /// Text that Postgres cannot hold.
    private mutating func checkForZeroBytes() {
        let texts = [
            ("subject", [campaign.subject]), ("preview_text", [campaign.previewText]), ("html_body", [campaign.htmlBody]),
            ("text_body", [campaign.textBody]), ("from_email", [campaign.fromEmail]), ("category_tag", [campaign.categoryTag]),
            ("recipient_list_key", [campaign.recipientListKey]), ("segment_key", [campaign.segmentKey]),
            ("include_tags", campaign.includeTags), ("exclude_tags", campaign.excludeTags),
        ]
        for (field, values) in texts where values.contains(where: { $0.utf8.contains(0) }) { fields[field] = "invalid" }
    }

    mutating func add(_ field: String, _ reason: String) { fields[field] = reason }

    /// The one failure that names all faults; nil when there is none.
    var failure: ValidationFailure? {
        fields.isEmpty ? nil : ValidationFailure(fields, details: details.isEmpty ? nil : details)
    }
}

extension ContentCheck {
    init(_ campaign: Campaign) {
        self.init(
            subject: campaign.subject,
            previewText: campaign.previewText,
            htmlBody: campaign.htmlBody,
            textBody: campaign.textBody,
            trial: TrialContext(campaign)
        )
    }
}
